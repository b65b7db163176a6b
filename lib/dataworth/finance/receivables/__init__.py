"""Factoring with portraits of merchants: who is financed, at what price, and who gains."""
