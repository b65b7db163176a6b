"""``python -m dataworth.cli``: the command without its script."""

from dataworth.cli import app

app()
