"""Plans and bounds of components of many branches: their linear programs, given branches by price."""
