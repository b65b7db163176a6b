"""An edition is one set of parameters; editions never touch one another."""

import pytest

from dataworth.book.editions import Edition, read_edition, with_changes
from dataworth.book.registry import read_registry
from dataworth.errors import InputError


@pytest.fixture
def registry(mini):
    return read_registry(mini)


def edition_from(mini, registry, text):
    (mini / "mine.yml").write_text(text)
    return read_edition(registry, mini, "mine.yml")


def test_the_default_edition_has_the_papers_settings(mini, registry):
    edition = read_edition(registry, mini, None)
    assert edition == read_edition(registry, mini, "paper") == Edition()
    assert edition.parameters(registry, "one/numbers") == {
        "scale": 2.0,
        "note": "",
        "own": "",
        "many": "",
    }


def test_the_quick_profile_takes_quick_values_and_a_folder_of_its_own(mini, registry):
    edition = read_edition(registry, mini, None, "quick")
    assert edition.parameters(registry, "one/numbers")["scale"] == 1.0
    assert edition.folder == "paper.quick"


def test_a_file_changes_what_it_names_and_nothing_else(mini, registry):
    edition = edition_from(mini, registry, "name: mine\nparameters: {one/total: {shift: 4}}\n")
    assert edition.folder == "mine"
    assert edition.parameters(registry, "one/total") == {"shift": 4, "pause": 0.0}
    assert edition.parameters(registry, "one/numbers")["scale"] == 2.0


def test_files_are_found_beside_the_edition_that_names_them(mini, registry):
    (mini / "own.csv").write_text("x\n")
    edition = edition_from(mini, registry, "parameters: {one/numbers: {own: own.csv}}\n")
    assert edition.parameters(registry, "one/numbers")["own"] == str(mini / "own.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("parameters: {one/total: {shift: 99}}", "one/total: parameter shift: expected -10 to 10"),
        ("parameters: {one/total: {shfit: 1}}", "unknown parameter 'shfit'"),
        ("parameters: {one/nothing: {shift: 1}}", "unknown chapter 'one/nothing'"),
        ("parameters: {one/total: 3}", "expected name: value"),
        ("parameters: [1]", "expected chapters"),
        ("colour: red", "expected the keys"),
        ("name: Two Words", "expected a name"),
        ("name: paper", "expected a name"),
        ("a: [", "not valid YAML"),
        ("", "expected the keys"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(mini, registry, text, message):
    with pytest.raises(InputError, match=message) as caught:
        edition_from(mini, registry, text)
    assert "\n" not in str(caught.value)


def test_a_change_gets_a_name_of_its_own_and_the_same_change_the_same_name(registry):
    first = with_changes(Edition(), registry, "one/total", {"shift": "3"})
    again = with_changes(Edition(), registry, "one/total", {"shift": "3"})
    other = with_changes(Edition(), registry, "one/total", {"shift": "4"})
    assert first == again != other
    assert first.folder not in (Edition().folder, other.folder)


def test_a_change_may_belong_to_the_one_chapter_behind_that_knows_it(registry):
    edition = with_changes(Edition(), registry, "one/total", {"scale": "3", "shift": "2"})
    assert edition.changes == {"one/numbers": {"scale": 3.0}, "one/total": {"shift": 2}}
    with pytest.raises(InputError, match="one/total: unknown parameter 'code'"):
        with_changes(Edition(), registry, "one/total", {"code": "7"})  # not behind it


def test_a_change_that_two_chapters_behind_know_is_ambiguous(mini):
    text = (mini / "chapters/registry.yml").read_text()
    text = text.replace("needs: [one/numbers]", "needs: [one/numbers, one/other]")
    (mini / "chapters/registry.yml").write_text(text.replace("      code:", "      scale:"))
    with pytest.raises(InputError, match="'scale' belongs to one/numbers and one/other; set it"):
        with_changes(Edition(), read_registry(mini), "one/total", {"scale": "3"})


@pytest.mark.parametrize("name", ["paper", "scratch", "a" * 61, "x.quick", "../x", "数据"])
def test_some_names_are_refused(mini, registry, name):
    with pytest.raises(InputError, match="expected a name"):
        edition_from(mini, registry, f"name: {name}\n")


def test_a_name_that_was_never_built_is_new_only_where_that_is_meant(mini, registry):
    with pytest.raises(InputError, match="name of an edition that was built, found 'longer'"):
        read_edition(registry, mini, "longer")
    assert read_edition(registry, mini, "longer", may_be_new=True) == Edition("longer")


def test_no_edition_shares_a_folder_with_the_quick_profile_of_another(mini, registry):
    quick = read_edition(registry, mini, None, "quick").folder
    with pytest.raises(InputError, match="expected a name"):
        read_edition(registry, mini, quick, may_be_new=True)


def test_an_edition_is_found_again_by_its_name(mini, registry):
    edition = edition_from(mini, registry, "name: mine\nparameters: {one/total: {shift: 4}}\n")
    (mini / "build" / "mine").mkdir(parents=True)
    (mini / "build" / "mine" / "edition.yml").write_text(edition.record())
    assert read_edition(registry, mini, "mine") == edition
