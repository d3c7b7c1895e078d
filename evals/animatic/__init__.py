"""A procedural film world: renders small shots, with flaws on request and their truth."""
