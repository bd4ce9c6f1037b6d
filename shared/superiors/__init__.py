"""Where a Party organization belongs by default: policy data and the rule that reads it, for every service."""
