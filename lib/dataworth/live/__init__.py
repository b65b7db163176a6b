"""The live book: a form in each chapter, one run at a time, and what it changed."""
