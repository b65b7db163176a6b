"""Benchmarks are run by hand: what they rest on must not change unseen."""

import ast
import importlib
from pathlib import Path

import pytest

from dataworth.banks.value import uncertainty
from tests.benchmarks import monte_carlo

PARTS = sorted((Path(__file__).parent / "benchmarks").glob("[a-z]*.py"))


@pytest.mark.parametrize("part", PARTS, ids=lambda path: path.stem)
def test_what_a_benchmark_imports_exists(part):
    for node in ast.walk(ast.parse(part.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("dataworth"):
            module = importlib.import_module(node.module)
            for name in node.names:
                if not hasattr(module, name.name):
                    importlib.import_module(f"{node.module}.{name.name}")


def test_the_monte_carlo_draws_what_every_method_needs():
    drawn = uncertainty.draw(monte_carlo.inputs(), 10, seed=1)
    values = uncertainty.value(monte_carlo.asset(), drawn)
    assert (values > 0).any().all() and values.notna().all().all()
