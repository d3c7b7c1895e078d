"""The demo studio: invented productions, their generators, their director, and how they are made."""
