"""Forms come from the registry; what they bring back is checked, named and kept apart."""

import json

import pytest

from dataworth.book.editions import Edition, with_changes
from dataworth.book.registry import read_registry
from dataworth.live import forms
from dataworth.places import find_root

QUICK = Edition(profile="quick")
GOOD = "period,value\n" + "".join(
    f"{2007 + n // 4}Q{n % 4 + 1},{100 + 7 * n + (n * 37) % 11}\n" for n in range(40)
)
FAULTY = GOOD.replace("2009Q3,", "2009Q3,much")


@pytest.fixture
def accept(published):
    registry = read_registry(published)

    def send(texts=None, uploads=None, chapter="one/total"):
        return forms.accept(published, registry, QUICK, chapter, texts or {}, uploads or {})

    return send


def kept(root):
    return sorted(p.relative_to(root / "build") for p in root.glob("build/*/uploads/**/*"))


def test_a_form_has_every_parameter_that_the_command_reaches():
    root = find_root()
    registry = read_registry(root)
    names = set()
    for chapter in registry.chapters:
        fields = forms.make_fields(registry, Edition(), chapter.id, {}, {})
        own = [field.name for field in fields if field.chapter.id == chapter.id]
        assert own == list(chapter.parameters)
        names |= set(own)
        for field in fields:
            with_changes(Edition(), registry, chapter.id, {field.name: str(field.default)})
    assert len(names) > 60


def test_values_make_the_edition_that_the_command_makes(accept, published):
    edition = accept({"shift": "3", "pause": "0.0", "scale": "2.0"})
    registry = read_registry(published)
    assert edition == with_changes(QUICK, registry, "one/total", {"shift": "3"})
    assert edition.changes == {"one/total": {"shift": 3}}


@pytest.mark.parametrize(
    ("texts", "where", "words"),
    [
        ({"shift": "99"}, "shift", "expected -10 to 10, found 99"),
        ({"shift": "x"}, "shift", "expected an integer"),
        ({"pause": "nan"}, "pause", "finite"),
        ({"other": "1"}, "other", "unknown parameter"),
        ({"own": "/etc/passwd"}, "own", "expected a file that is sent"),
        ({"shift": "0"}, "", "Nothing differs"),
        ({}, "", "Nothing differs"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(accept, texts, where, words):
    with pytest.raises(forms.FormError) as refused:
        accept(texts)
    assert words in refused.value.lines[where][0]


def test_a_file_is_kept_inside_its_edition_under_a_name_of_ours(accept, published):
    edition = accept({}, {"own": [("../../../evil/季度.CSV", GOOD.encode())]}, "one/numbers")
    path = published / "build" / edition.folder / "uploads" / "own.csv"
    assert edition.changes == {"one/numbers": {"own": str(path)}}
    assert path.read_text() == GOOD
    assert kept(published) == [path.relative_to(published / "build")]
    assert accept({}, {"own": [("x.csv", GOOD.encode())]}, "one/numbers").name != edition.name


def test_a_faulty_file_is_refused_row_by_row_and_not_kept(accept, published):
    bad = FAULTY.replace("2011Q1,", "2011Q1,∞")
    with pytest.raises(forms.FormError) as refused:
        accept({}, {"own": [("mine.csv", bad.encode())]}, "one/numbers")
    lines = refused.value.lines["own"]
    assert any("row 12" in line and "much" in line for line in lines), lines
    assert any("row 18" in line for line in lines), lines
    assert str(published) not in " ".join(lines)
    assert not kept(published)
    assert not list((published / "build").glob("one-numbers-*"))


def test_a_refused_file_leaves_an_earlier_run_of_its_edition_alone(accept, published, monkeypatch):
    edition = accept({}, {"own": [("mine.csv", GOOD.encode())]}, "one/numbers")
    folder = published / "build" / edition.folder
    monkeypatch.setattr(forms, "with_changes", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        accept({}, {"own": [("mine.csv", GOOD.encode())]}, "one/numbers")
    assert (folder / "uploads" / "own.csv").is_file()


def test_a_readers_folder_keeps_the_last_part_of_names_alone(accept, published):
    files = [("华夏银行_2021年年度报告.txt", b"a"), ("..\\..\\up.txt", b"b"), ("/etc/x", b"c")]
    edition = accept({}, {"many": files}, "one/numbers")
    folder = published / "build" / edition.folder / "uploads" / "many"
    assert {p.name for p in folder.iterdir()} == {"华夏银行_2021年年度报告.txt", "up.txt", "x"}


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "../..", "a/../../b", "C:\\x", "\0", "a\nb", "~/.ssh/id", "x" * 999, "数" * 99],
)
def test_no_name_leads_out_of_a_folder(tmp_path, name):
    safe = forms.safe_name(name)
    (tmp_path / safe).write_text("x")
    assert (tmp_path / safe).resolve().parent == tmp_path.resolve()


def test_two_files_for_one_are_refused(accept):
    with pytest.raises(forms.FormError, match="expected one file, found 2"):
        accept({}, {"own": [("a.csv", b"1"), ("b.csv", b"2")]}, "one/numbers")
    with pytest.raises(forms.FormError, match="expected a value, found a file"):
        accept({}, {"shift": [("a.csv", b"1")]})


def test_the_cost_is_told_from_earlier_runs(published):
    registry = read_registry(published)
    manifest = published / "build/paper.quick/one/total/manifest.json"
    seconds = json.loads(manifest.read_text())["seconds"]
    told = forms.expected_seconds(published, registry, QUICK, "one/total")
    assert told == (seconds, [])
    (published / "data/numbers.csv").write_text("x\n5\n")
    assert forms.expected_seconds(published, registry, QUICK, "one/total")[0] > 2 * seconds
    never = forms.expected_seconds(published, registry, Edition(), "one/other")
    assert never == (0.0, ["one/other"])
