"""A loan on data: sliders in a browser give Python's numbers, and one's own loan makes a page."""

from dataclasses import replace

import numpy as np
import pytest

from dataworth.errors import InputError
from dataworth.facts import DATA
from dataworth.finance.pledge import loan as pledge
from dataworth.finance.pledge import price
from dataworth.finance.pledge.loan import Pledge
from dataworth.finance.pledge.value_shape import from_draws, lognormal
from dataworth.widgets.loan import MILLION, STEP, loan_sliders, write_page
from tests.pages import move, number

browser = pytest.mark.browser

START = Pledge()
SHAPE = from_draws(np.random.default_rng(1).lognormal(0.0, 0.5, 5_000))
VALUE, RATE = 20e6, 0.028
NAMES = {"pd": "default_probability"}
SETTINGS = [
    {"haircut": 0.8},
    {"recovery": 0.0},
    {"pd": 0.0},
    {"correlation": 0.95, "pd": 0.001},
    {"correlation": -0.6, "recovery": 1.0, "haircut": 0.1, "pd": 0.2},
    {"haircut": 1.0},
]


def write(shape=SHAPE, start=START):
    return loan_sliders(shape, start, value=VALUE, rate=RATE, name="pledge")


def in_python(value=VALUE / MILLION, rate=RATE, shape=SHAPE, **changes):
    """Every number of the page, from the same nodes."""
    thin = shape.thinned(STEP)
    terms = replace(START, **{NAMES.get(name, name): x for name, x in changes.items()})
    loan, lost = value * terms.loan_to_value, pledge.expected_loss(thin, terms)
    return {
        "loan": loan,
        "loss": lost,
        "rate": pledge.break_even_rate(thin, terms),
        "lossYuan": lost * loan,
        "gain": (pledge.loss_for_rate(terms, rate) - lost) * loan,
    }


def shown(page):
    return {name: number(page, name, at="pledge") for name in in_python()}


@browser
def test_the_page_starts_at_the_numbers_that_python_gives(open_page):
    page = open_page(write())
    assert shown(page) == pytest.approx(in_python(), rel=1e-8)
    assert page.locator("#pledge-loan").inner_text() == "10.00 million yuan"


@browser
@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_a_moved_slider_changes_the_numbers_to_what_python_gives(open_page, setting):
    page = open_page(write())
    reached = {name: move(page, name, x, at="pledge") for name, x in setting.items()}
    assert reached == pytest.approx(setting, abs=0.006)
    assert shown(page) == pytest.approx(in_python(**reached), rel=1e-6, abs=1e-9)


@browser
def test_value_and_rate_move_the_loan_and_the_gain(open_page):
    page = open_page(write())
    value, rate = (
        move(page, name, x, at="pledge") for name, x in (("value", 37), ("charged", 0.06))
    )
    assert shown(page) == pytest.approx(in_python(value=value, rate=rate), rel=1e-6)
    assert number(page, "gain", at="pledge") > 0


def test_a_thinned_shape_loses_what_the_full_one_loses():
    terms = replace(START, correlation=np.linspace(-0.9, 0.9, 7))
    full, thin = (pledge.break_even_rate(s, terms) for s in (SHAPE, SHAPE.thinned(STEP)))
    assert thin == pytest.approx(full, abs=1e-4)


@browser
def test_the_curve_falls_as_the_haircut_grows(open_page):
    page = open_page(write())
    points = page.locator("svg polyline[points]").first.get_attribute("points").split()
    heights = [float(point.split(",")[1]) for point in points]
    assert len(points) == 50
    assert heights == sorted(heights)  # downwards on a screen


@browser
def test_a_start_beyond_the_sliders_still_makes_a_page(open_page):
    page = open_page(write(lognormal(0.0), Pledge(0.9, 1.0, 1.0)))
    assert np.isfinite(number(page, "rate", at="pledge"))
    assert page.locator("#pledge-correlation").input_value() == "0.95"


CASE = price.read_case((DATA / "cases" / "loan_small.yml").read_text("utf-8"), "loan.yml")


def test_a_page_holds_the_answers_and_the_cases_and_escapes_names(tmp_path):
    case = replace(CASE, borrower="<b>& firm")
    page = write_page(case, str(tmp_path / "loan.html")).read_text("utf-8")
    assert f"{price.must_be_true(case)['break_even']:.2%}" in page
    assert "<b>&" not in page and "&lt;b&gt;&amp;" in page
    assert price.nearest(case)["borrower"].iloc[0] in page
    with pytest.raises(InputError, match="--out: expected a new file"):
        write_page(case, str(tmp_path / "loan.html"))


def test_the_same_page_as_pdf_says_the_same_and_other_endings_are_refused(tmp_path):
    import pypdfium2

    path = write_page(CASE, str(tmp_path / "loan.pdf"))
    document = pypdfium2.PdfDocument(path)
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert len(document) == 1
    assert f"{price.waterfall(CASE)['all in']:.2%}" in text
    with pytest.raises(InputError, match=r"expected a file ending in .html or .pdf"):
        write_page(CASE, str(tmp_path / "loan.doc"))
