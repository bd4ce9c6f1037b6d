"""Validates, compares and installs folders of policies: what stands behind `shuangfu policies`."""
