"""Tables as the book shows them."""

import re

import pandas as pd
import pytest

from dataworth import tables


def test_columns_with_words_are_set_left_and_numbers_right():
    frame = pd.DataFrame({"n": [1.0, None], "why": ["数据", ""], "range": ["1–2", "3–4"]})
    shown = tables.show(frame, caption="A table.").data
    left = re.findall(r'class="(?:data|col_heading) \w+ (col\d) dw-text"', shown)
    assert left == ["col1", "col1", "col1"]
    assert "–" in shown and "<caption>A table.</caption>" in shown


def test_a_table_without_words_has_no_column_set_left():
    assert "dw-text" not in tables.show(pd.DataFrame({"n": [1]}), caption="Numbers.").data


def test_a_table_needs_a_caption():
    with pytest.raises(ValueError, match="caption"):
        tables.show(pd.DataFrame(), caption=" ")
