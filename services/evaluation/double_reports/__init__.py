"""What Party organizations had in a year of double check-in and report (S23), as incubation states it."""
