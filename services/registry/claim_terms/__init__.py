"""Who may say what of an organization: data sources, parts, precedence between them, and the tables of both."""
