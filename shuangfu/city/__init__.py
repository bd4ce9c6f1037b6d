"""Shanghai at the end of 2014 as the source tells it, invented from a seed, and sent through the whole chain."""
