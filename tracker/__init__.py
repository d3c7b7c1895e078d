"""The production tracker: productions, films, shots, takes, people, decisions. Loads no torch."""
