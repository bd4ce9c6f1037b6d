"""The compose deployment under fire: `make compose-test`. pytest collects only its `test_*.py`."""
