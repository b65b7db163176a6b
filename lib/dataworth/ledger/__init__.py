"""The ledger: every printed number, the rules that bind it, and its computed verdict.

A paper under audit is two files in ``data/claims``: ``<paper>.csv`` holds what
it prints, ``<paper>.yml`` the rules that bind it. The code knows no paper.
"""

from dataworth.ledger.claims import read_printed
from dataworth.ledger.evidence import corrected
from dataworth.ledger.page import verdict_box
from dataworth.ledger.rulebook import load_ledger
from dataworth.ledger.verdicts import assess

__all__ = ["assess", "corrected", "load_ledger", "read_printed", "verdict_box"]
