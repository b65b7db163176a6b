"""pyproject.toml, the lock and environment.yml list the same dependencies."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def declared() -> dict[str, Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    requirements = [Requirement(text) for group in groups for text in group]
    return {canonicalize_name(r.name): r for r in requirements}


@pytest.fixture(scope="module")
def locked() -> dict[str, list[Requirement]]:
    """Every pin of the lock; a package may have one for each range of Python versions."""
    pins: dict[str, list[Requirement]] = {}
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line and not line.startswith("#"):
            pin = Requirement(line)
            pins.setdefault(canonicalize_name(pin.name), []).append(pin)
    return pins


@pytest.fixture(scope="module")
def conda() -> dict[str, Requirement]:
    content = yaml.safe_load((ROOT / "environment.yml").read_text())
    (pip,) = [entry["pip"] for entry in content["dependencies"] if isinstance(entry, dict)]
    pins = [Requirement(text) for text in pip if not text.startswith("-")]
    return {canonicalize_name(pin.name): pin for pin in pins}


def versions(pins: list[Requirement]) -> list[str]:
    return [next(iter(pin.specifier)).version for pin in pins]


def test_every_pin_names_one_version(locked):
    for pins in locked.values():
        assert all([s.operator for s in pin.specifier] == ["=="] for pin in pins)


def test_every_declared_dependency_is_locked_at_a_version_it_allows(declared, locked):
    for name, requirement in declared.items():
        assert name in locked, f"{name} is not in requirements.lock: run `make lock`"
        assert all(requirement.specifier.contains(v) for v in versions(locked[name])), name


def test_conda_lists_the_same_packages_at_locked_versions(declared, locked, conda):
    assert set(conda) == set(declared)
    for name, pin in conda.items():
        assert versions([pin])[0] in versions(locked[name]), name


def test_the_lock_holds_what_is_installed(locked):
    from importlib.metadata import PackageNotFoundError, version

    for name, pins in locked.items():
        wanted = [p for p in pins if p.marker is None or p.marker.evaluate()]
        for pin in wanted:
            try:
                assert pin.specifier.contains(version(name)), (
                    f"{name} {version(name)}"
                )  # +cpu is a build
            except PackageNotFoundError:
                pytest.fail(f"{name} is locked but not installed")


def test_no_host_is_named():
    for name in ("requirements.lock", "environment.yml", "pyproject.toml"):
        assert not re.search(r"https?://", (ROOT / name).read_text()), name
