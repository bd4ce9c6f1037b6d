"""Compares what services believe with the sources: the checks behind `shuangfu reconcile`."""
