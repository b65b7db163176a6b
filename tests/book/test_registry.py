"""The registry says what chapters there are and what may be asked of them."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dataworth.book.registry import Parameter, read_registry
from dataworth.errors import InputError
from dataworth.places import find_root
from tests.minibook import REGISTRY


def parameter(**values) -> Parameter:
    return Parameter(**{"help": "x", **values})


@given(st.integers(-1000, 1000))
def test_an_integer_written_as_text_is_read_back(number):
    assert parameter(type="integer", default=0).parse(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_written_as_text_is_read_back(number):
    assert parameter(type="number", default=0).parse(repr(number)) == number


@given(st.text())
def test_text_stays_as_it_is(text):
    assert parameter(type="text", default="").parse(text) == text


@given(st.integers(1, 9), st.integers(-100, 100))
def test_a_value_is_taken_exactly_when_it_lies_in_the_range(high, value):
    limited = parameter(type="integer", default=0, range=(0, high))
    if 0 <= value <= high:
        assert limited.parse(value) == value
    else:
        with pytest.raises(InputError, match="expected 0 to"):
            limited.parse(value)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        ("integer", "1.5"),
        ("integer", 1.5),
        ("integer", True),
        ("integer", "one"),
        ("number", "much"),
        ("number", "nan"),
        ("number", "inf"),
        ("flag", "maybe"),
        ("text", 1),
        ("quarter", "2007"),
        ("quarter", "2007Q5"),
        ("file", "no/such/file.csv"),
        ("file", "."),
        ("folder", "no/such/folder"),
    ],
)
def test_a_value_of_another_type_is_refused_in_one_line(kind, bad):
    default = {"text": "", "file": "", "folder": "", "quarter": "2007Q1", "flag": False}.get(
        kind, 0
    )
    with pytest.raises(InputError, match="expected") as caught:
        parameter(type=kind, default=default).parse(bad)
    assert "\n" not in str(caught.value)


def test_a_code_with_leading_zeros_keeps_them():
    assert parameter(type="text", default="").parse("000001") == "000001"


def test_the_default_must_be_allowed():
    with pytest.raises(ValueError, match="expected 1 to 2"):
        parameter(type="integer", default=3, range=(1, 2))


def test_text_must_fit_its_pattern():
    order = parameter(type="text", default="auto", pattern=r"auto|\d,\d,\d")
    assert order.parse("1,1,2") == "1,1,2"
    with pytest.raises(InputError, match="expected auto or"):
        order.parse("many")


def test_a_file_is_read_by_its_reader(tmp_path):
    (tmp_path / "own.csv").write_text("period,value\n2007Q1,much\n")
    own = parameter(type="file", default="", reader="dataworth.inputs.series:read_series")
    own.check_file("")
    with pytest.raises(InputError, match="much"):
        own.check_file(str(tmp_path / "own.csv"))


def change(root, **changes):
    content = yaml.safe_load(REGISTRY)
    content["chapters"][2] |= changes
    (root / "chapters" / "registry.yml").write_text(yaml.safe_dump(content))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": "one/numbers"}, "same id"),
        ({"id": "two/total"}, "not among the parts"),
        ({"needs": ["one/nothing"]}, "unknown chapters"),
        ({"needs": ["one/total"]}, "circle"),
        ({"colour": "red"}, "colour"),
        ({"parameters": {"p": {"type": "integer", "default": "x", "help": "h"}}}, "integer"),
        ({"parameters": {"p": {"type": "choice", "default": "x", "help": "h"}}}, "choices"),
    ],
)
def test_a_registry_that_contradicts_itself_is_refused(mini, changes, message):
    change(mini, **changes)
    with pytest.raises(InputError, match=message) as caught:
        read_registry(mini)
    assert "registry.yml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_chapters_stand_behind_what_they_need(mini):
    registry = read_registry(mini)
    assert registry.with_needs(["one/total"]) == ["one/numbers", "one/total"]
    order = registry.order()
    assert order.index("one/numbers") < order.index("one/total")


def test_a_seed_leaves_room_for_the_seeds_that_a_chapter_counts_up_from_it():
    chapters = read_registry(find_root()).chapters
    ends = {c.id: c.parameters["seed"].range[1] for c in chapters if "seed" in c.parameters}
    assert len(ends) > 10
    assert {i: end for i, end in ends.items() if end + 1e8 > 2**32} == {}
