"""How a data asset becomes a loan, and what information does to lending."""

FUNDING_RATE = 0.02
"""A year's cost of a lender's funds over the whole part: about what ten-year government bonds
paid in 2024 and 2025 (``data/facts/market_parameters_annual.csv``)."""
