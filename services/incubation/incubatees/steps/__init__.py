"""The steps that an incubatee takes, what is recorded of it, and how it follows its organization."""
