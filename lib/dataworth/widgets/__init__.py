"""Pages of sliders that work from a file, offline."""
