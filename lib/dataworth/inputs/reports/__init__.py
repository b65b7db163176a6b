"""Annual reports as files: PDF, text and JSON lines, each with its bank and year."""
