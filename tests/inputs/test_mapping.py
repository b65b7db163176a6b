"""Names and values in YAML: what cannot be read is refused on one line, with its place."""

import pytest

from dataworth.errors import InputError
from dataworth.inputs.mapping import read_mapping


def test_names_become_text_and_values_stay():
    assert read_mapping("a: 1\n2024: [x, {b: null}]") == {"a": 1, "2024": ["x", {"b": None}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: expected YAML \\(found 'a' a second time"),
        ("a:\n- {b: 1, b: 2}", "line 2: expected YAML \\(found 'b' a second time"),
        ("a: 1\n\tb: 2", r"line 2: expected YAML \(found character '\\t'"),
        ("a: [1, 2", "expected YAML"),
        ("a: \0", "expected YAML"),
        ("", "expected lines such as"),
        ("- a", "expected lines such as"),
        ("words", "expected lines such as"),
    ],
)
def test_what_is_no_mapping_is_refused_with_its_line(text, message):
    with pytest.raises(InputError, match=message) as error:
        read_mapping(text)
    assert "\n" not in str(error.value)
