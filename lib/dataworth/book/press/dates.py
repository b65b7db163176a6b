"""When a page was last changed, as the checkout's history has it, and when it was built."""

from __future__ import annotations

import subprocess
from pathlib import Path


def dates_line(root: Path, source: Path, built: str) -> str:
    """Return the last line of a page: when its source was changed, if known, and it was built."""
    command = ["git", "log", "-1", "--format=%cs", "--", str(source)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
        changed = f"Changed {done.stdout.strip()} · " if done.stdout.strip() else ""
    except OSError:  # no git: an archive has no history
        changed = ""
    return f"\n\n:::{{div}} dw-dates\n{changed}Built {built}\n:::\n"
