"""Evaluation runs: what is missing, carried out, written in parts, folded once."""
