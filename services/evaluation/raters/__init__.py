"""Who rates a Party organization, by its affiliation (H18)."""
