"""The record on disk: the only SQL in the house."""

from tracker.store.connection import Store, Tx

__all__ = ["Store", "Tx"]
