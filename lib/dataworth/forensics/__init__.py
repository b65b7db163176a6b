"""What printed numbers give away: used by the ledger's rules and by chapters, written once.

`rounding` reads printed numbers, `criteria` solves for likelihood, sample size and
parameters, `paths` for the model behind printed forecasts, `critical_values` for the rows
of a printed test; `granularity` knows the steps of counts, `significance` p-values,
`correlations` what correlations leave one another; `definitions` holds relations that
papers print and rooms compute with. This room imports no other.
"""
