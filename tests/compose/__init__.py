"""The compose deployment under fire: `make compose-test`. Not collected by pytest but for `test_files.py`."""
