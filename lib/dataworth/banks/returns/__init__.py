"""Returns to data: what the paper calls verification, and tests of diminishing returns."""
