"""The command ``dataworth`` as its users meet it: arguments, output and exit code."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import warnings
from pathlib import Path
from unittest import mock

from dataworth.cli import app


def dataworth(*arguments: str, cwd: str | Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command within this process: a start of Python takes longer than most commands."""
    output, errors = io.StringIO(), io.StringIO()

    def show(message, category, file, line, *_):
        errors.write(warnings.formatwarning(message, category, file, line))

    with (
        warnings.catch_warnings(),
        mock.patch.object(sys, "argv", ["dataworth", *arguments]),
        mock.patch.dict(os.environ),
        contextlib.chdir(cwd or Path.cwd()),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        # What a process of its own would write to standard error.
        warnings.simplefilter("default")
        for silent in (DeprecationWarning, PendingDeprecationWarning, ImportWarning):
            warnings.simplefilter("ignore", silent)
        warnings.simplefilter("ignore", ResourceWarning)
        warnings.showwarning = show
        try:
            app()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    return subprocess.CompletedProcess(arguments, code, output.getvalue(), errors.getvalue())


def in_a_process(*arguments: str, **options) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, "-m", "dataworth.cli", *arguments]
    return subprocess.Popen(command, **{**pipes, **options})


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """One line on stderr that says what is wrong, and exit code 2."""
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("dataworth: ")
    for word in words:
        assert word in done.stderr
