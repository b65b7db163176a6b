"""From data to a loan in ten steps: the procedure, the case of the paper, time and cost."""
