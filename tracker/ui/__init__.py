"""The dashboard: pages draw, `data` fetches, components own what the browser does."""
