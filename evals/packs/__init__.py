"""Model packs: which weights, from where, under which licence, and how they are loaded."""
