"""Made-up data with a known truth: reports, pay, and series that meet printed numbers."""
