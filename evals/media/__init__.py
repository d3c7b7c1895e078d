"""Frames in, one pass out: a take is decoded once and every metric feeds on that pass."""
