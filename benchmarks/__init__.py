"""Speed against hand-written floors, measured in the same run: `python -m benchmarks`."""
