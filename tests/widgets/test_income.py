"""The page of sliders in a browser, from a file: its numbers are Python's."""

from dataclasses import replace

import pandas as pd
import pytest

from dataworth.banks.value.asset import Asset, Assumptions
from dataworth.banks.value.methods import income_stream
from dataworth.widgets import sliders
from dataworth.widgets.income import income_page
from tests.pages import move, number

pytestmark = pytest.mark.browser

MILLION_YUAN = 1_000  # thousand yuan
YEARS = range(2020, 2023)
ASSET = Asset(
    "华夏银行",
    costs=pd.Series([3e5, 3.2e5, 3.5e5], YEARS),
    profits=pd.Series([2.1e7, 2.3e7, 2.5035e7], YEARS),
)
START = Assumptions(rate=0.0962, period=10, growth=0.031, decay=0.05, contribution=0.0773)
COST = 2.007e6
SETTINGS = [
    {"rate": 0.12},
    {"rate": 0.0, "decay": 0.0},
    {"period": 0},
    {"period": 25, "decay": 0.3, "contribution": 0.01},
    {"rate": 0.3, "period": 1, "contribution": 0.15, "decay": 0.5},
]


def in_python(**changes):
    given = replace(START, **changes)
    return income_stream(ASSET, given, given.contribution) / MILLION_YUAN


def test_the_page_starts_at_the_value_that_python_gives(open_page):
    page = open_page(income_page(ASSET, START, COST))
    assert number(page, "value") == pytest.approx(in_python(), rel=1e-12)
    assert number(page, "times") == pytest.approx(in_python() * MILLION_YUAN / COST, rel=1e-12)
    shown = page.locator("#income-value").inner_text()
    assert shown == f"{in_python():,.0f} million yuan"


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_a_moved_slider_changes_the_value_to_what_python_gives(open_page, setting):
    page = open_page(income_page(ASSET, START, COST))
    before = number(page, "value")
    reached = {name: move(page, name, value) for name, value in setting.items()}
    assert reached == pytest.approx(setting, abs=1e-3)
    assert number(page, "value") != before
    assert number(page, "value") == pytest.approx(in_python(**reached), rel=1e-6, abs=1e-9)
    period = replace(START, **reached).period
    if period:
        half = in_python(**reached | {"period": period / 2})
        assert number(page, "half") == pytest.approx(half / in_python(**reached), rel=1e-6)


def test_the_keyboard_moves_a_slider_and_the_button_takes_it_back(open_page):
    page = open_page(income_page(ASSET, START, COST))
    page.get_by_label("Period", exact=True).focus()
    page.keyboard.press("ArrowRight")
    assert number(page, "value") == pytest.approx(in_python(period=11), rel=1e-9)
    assert page.get_by_label("Period", exact=True).get_attribute("aria-valuetext") == "11 years"
    page.keyboard.press("Home")
    assert number(page, "value") == 0
    page.get_by_role("button", name="Back to the start").press("Enter")
    assert number(page, "value") == pytest.approx(in_python(), rel=1e-12)


def test_every_slider_has_a_label_and_every_number_a_name(open_page):
    page = open_page(income_page(ASSET, START, COST))
    for label in ("Discount rate per year", "Period", "Share of profit", "Decay per year"):
        assert page.get_by_label(label, exact=True).get_attribute("type") == "range"
    label_of = "document.getElementById(one.getAttribute('aria-labelledby')).innerText"
    names = page.locator("[data-headline]").evaluate_all(f"all => all.map(one => {label_of})")
    assert names == ["Value by income", "Over value by cost", "From the first half of the period"]
    assert page.locator("svg").get_attribute("aria-label")
    assert page.locator("dl").get_attribute("aria-live") == "polite"


def test_the_curve_follows_the_sliders(open_page):
    page = open_page(income_page(ASSET, START, COST))
    lines = page.locator("svg polyline[points]")
    drawn = lines.first.get_attribute("points")
    assert len(drawn.split()) == 10
    move(page, "period", 20)
    assert len(lines.first.get_attribute("points").split()) == 20


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_can_be_read_in_light_and_dark(open_page, scheme):
    page = open_page(
        income_page(ASSET, START, COST), viewport={"width": 390, "height": 844}, color_scheme=scheme
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    ink, line = page.evaluate(
        "[getComputedStyle(document.querySelector('.dw-sliders svg text')).fill,"
        " getComputedStyle(document.querySelector('.dw-sliders svg polyline')).stroke]"
    )
    for colour in (ink, line):
        red, green, blue = (int(part) for part in colour[4:-1].split(","))
        bright = 0.3 * red + 0.6 * green + 0.1 * blue
        assert bright > 110 if scheme == "dark" else bright < 130


def test_two_pages_of_sliders_on_one_page_do_not_meet(open_page):
    page = open_page(
        income_page(ASSET, START, COST, name="one"), income_page(ASSET, START, COST, name="two")
    )
    move(page, "period", 20, at="one")
    assert number(page, "value", at="one") == pytest.approx(in_python(period=20), rel=1e-9)
    assert number(page, "value", at="two") == pytest.approx(in_python(), rel=1e-12)


@pytest.mark.parametrize("form", ["{:.1%}", "{:,.0f} years", "about {:.3f}", "{:,.2f} 万元"])
@pytest.mark.parametrize("value", [0.0375, -2.5149, 1234567.891])
def test_numbers_are_written_as_python_writes_them(open_page, form, value):
    page = open_page(
        sliders.show(
            "form",
            [sliders.Slider("x", "x", -3.0, 2e6, 1.0, value)],
            [sliders.Headline("y", "y", form)],
            "return { values: { y: v.x }, curves: [] };",
            title="t",
            x_label="x",
            y_label="y",
        )
    )
    assert page.locator("#form-y").inner_text() == form.format(value)


def test_texts_are_shown_as_they_are(open_page):
    page = open_page(
        sliders.show(
            "odd",
            [sliders.Slider("x", 'a "<b>" & </script>', 0.0, 1.0, 0.1, 0.5, "<i>{:.1f}")],
            [sliders.Headline("y", "<u>y</u>", "{:.1f}</script>")],
            "return { values: { y: v.x < 1 ? v.x : 0 } };",
            title="<t>",
            x_label="</script>",
            y_label="y",
            caption="1 < 2",
        )
    )
    assert page.get_by_label('a "<b>" & </script>').count() == 1
    assert page.locator("#odd-y").inner_text() == "0.5</script>"
    assert page.locator(".dws-note").last.inner_text() == "1 < 2"


def test_what_cannot_be_a_page_of_sliders_is_refused():
    one, out = sliders.Slider("x", "x", 0.0, 1.0, 0.1, 0.5), sliders.Headline("y", "y")
    texts = {"title": "t", "x_label": "x", "y_label": "y"}
    with pytest.raises(ValueError, match="different names"):
        sliders.show("a", [one, one], [out], "", **texts)
    with pytest.raises(ValueError, match="format: expected"):
        sliders.show("a", [one], [sliders.Headline("y", "y", "{}")], "", **texts)
    with pytest.raises(ValueError, match="low ≤ start ≤ high"):
        sliders.Slider("x", "x", 0.0, 1.0, 0.1, 2.0)
