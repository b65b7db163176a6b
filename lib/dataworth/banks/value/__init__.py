"""What data assets cost and what they are worth, by several methods, with uncertainty."""
