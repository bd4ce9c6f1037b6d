"""The compose deployment under fire: `make compose-test`. Not collected by pytest but for its `test_*.py`."""
