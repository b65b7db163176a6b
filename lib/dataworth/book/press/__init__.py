"""The same book in other forms: in another language, on paper, as an archive."""
