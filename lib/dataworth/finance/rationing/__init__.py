"""Lending under asymmetric information, and what a signal of given precision changes."""
