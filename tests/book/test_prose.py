"""Prose that depends on results: what is not understood is refused, not printed."""

import pytest

from dataworth.book.prose import resolve
from dataworth.errors import InputError


@pytest.mark.parametrize("role", ["{choose}`left > 0.5: much | little`", "{insert}`(left)`"])
def test_a_role_that_names_no_result_is_refused_with_what_was_found(role):
    with pytest.raises(InputError) as refused:
        resolve(f"Of it {role} is left.", {"left": 0.2})
    assert role in str(refused.value)


def test_a_role_that_is_only_mentioned_stays():
    text = "`{choose}` keeps all branches; see `value`."
    assert resolve(text, {}) == text
