"""Validates, compares and installs folders of policies, for `shuangfu policies`."""
