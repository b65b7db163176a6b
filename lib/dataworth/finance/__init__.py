"""Paper `finance`: how data become a loan, and what information does to lending."""
