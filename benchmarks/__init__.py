"""Speed compared with hand-written floors, measured in the same run: `python -m benchmarks`."""
