"""Compares what services keep with the sources: the checks of `shuangfu reconcile`."""
