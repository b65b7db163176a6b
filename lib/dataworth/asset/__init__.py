"""A reader's own data asset: read, checked, valued by every method that applies, reported."""
