"""Lists of evaluations: filtered, by id or by total."""
