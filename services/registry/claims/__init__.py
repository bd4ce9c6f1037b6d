"""Which data source said what of an organization, as of when, and whether it may say otherwise now."""
