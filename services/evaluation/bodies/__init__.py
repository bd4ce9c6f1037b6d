"""Superior Party bodies, as the registry states them."""
