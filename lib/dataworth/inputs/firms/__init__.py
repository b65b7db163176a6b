"""Firms and markets: the fifteen variables of Table 1, and tables of a user's own firms."""
