"""A course from the book: exercises with an answer for each student, checks, sheets, slides."""
