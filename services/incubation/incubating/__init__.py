"""What incubators and incubatees share: their tables and policies."""
