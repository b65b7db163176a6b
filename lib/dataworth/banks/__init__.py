"""Paper `banks`: what a bank's data assets are worth, by cost and by income."""
