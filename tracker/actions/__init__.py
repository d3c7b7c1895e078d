"""What people do: each action checks, then changes the record in one short transaction."""
