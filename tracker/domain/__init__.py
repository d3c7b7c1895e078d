"""What things are and what is allowed: plain Python, standard library only."""
