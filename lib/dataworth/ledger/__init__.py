"""The ledger: every printed number, the rules that bind it, and its computed verdict."""
