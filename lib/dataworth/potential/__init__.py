"""Which listed firms hold data assets that their balance sheets do not show (paper 000)."""
