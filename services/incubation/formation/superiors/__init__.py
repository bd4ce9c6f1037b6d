"""The body above: whose approval a case needs, and who approved for it."""
