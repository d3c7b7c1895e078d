-- Where in the picture evidence lies: left, top, width, height in shares of it; NULL where that is not known.
ALTER TABLE evidence ADD COLUMN region DOUBLE[];
