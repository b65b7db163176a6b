"""From annual-report text to counts of data work: dictionary, tokens, tone."""
