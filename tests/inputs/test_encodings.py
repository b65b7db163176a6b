"""Bytes in the encodings that Chinese software writes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.inputs.encodings import decode, read_bytes

TEXT = "本行持续推进数字化转型，加强数据采集和数据应用，数据治理能力不断提高。\n" * 20


@given(st.text("数据银行年度报告风险管理业务的发展，。0123456789", min_size=30))
def test_what_gbk_and_utf8_wrote_is_read_back(text):
    assert decode(text.encode("utf-8")) == text
    for damage in (0, 1e-3):
        written = "本行的业务和管理。" + text
        assert decode(written.encode("gb18030"), damage=damage) == written


def test_one_damaged_byte_in_a_long_text_does_no_harm():
    raw = (TEXT * 10).encode("gbk")
    text = decode(raw[:500] + b"\xff" + raw[501:], damage=1e-3)
    assert len(text) == pytest.approx(len(TEXT) * 10, abs=3)


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_marks_are_no_text(name):
    assert decode((TEXT + "A").encode(name)) == TEXT + "A"


@pytest.mark.parametrize(
    "raw", [bytes(range(256)) * 9, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0\1" * 9]
)
def test_what_is_no_text_is_refused(raw):
    for damage in (0, 1e-3):
        with pytest.raises(InputError, match="expected text in UTF-8, UTF-16 or GB 18030"):
            decode(raw, damage=damage)


def test_nothing_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbf \r\n")
    with pytest.raises(InputError, match="found an empty file"):
        read_bytes(tmp_path / "a")
