"""Does the method find what is there, and only that? Tests that the paper did not make.

Its pipeline and its rivals learn from the same firms and are measured on firms that nobody
learned from; in worlds where the drivers are known, what they report is held against the truth.
"""
