"""A loan against a data asset: haircut, rate, loan-to-value, insurance."""
