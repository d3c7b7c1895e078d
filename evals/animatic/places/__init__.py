"""Where shots play: twelve settings, each drawn from a layout's seed."""
