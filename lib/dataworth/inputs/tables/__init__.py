"""Tables as people bring them: encodings, headers, numbers, units, periods."""
