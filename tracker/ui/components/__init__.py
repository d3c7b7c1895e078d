"""What the browser does: the board of tiles, the player with its chart, and printed tables."""
