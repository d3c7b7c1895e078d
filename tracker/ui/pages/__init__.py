"""One file per page; each draws what `tracker.ui.data` gives it."""
