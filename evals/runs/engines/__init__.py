"""Where the reading of takes happens: in processes of this machine, or elsewhere."""
