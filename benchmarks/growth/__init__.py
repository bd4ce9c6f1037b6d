"""How time and space grow with the number of organizations."""
