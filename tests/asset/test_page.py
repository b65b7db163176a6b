"""The page in a browser, from a file: its numbers are the library's, on assets of every kind."""

import numpy as np
import pytest
import yaml

from dataworth.asset.page import asset_page
from dataworth.asset.read import check_asset
from dataworth.asset.value import value_asset
from dataworth.banks.value.asset import CHARGES

from .assets import SAMPLES, WHOLE, changed, written

pytestmark = pytest.mark.browser
DRAWS = 150


def random_asset(rng):
    """Return an asset with random parts; at least its costs or a royalty on revenue."""

    def some(low, high, likely=0.5):
        ends = sorted(float(x) for x in rng.uniform(low, high, 3))
        return ends if rng.random() < 0.7 else round(ends[1], 3)

    def maybe(share=0.6):
        return rng.random() < share

    year = int(rng.integers(2020, 2027))
    given = {"name": "n", "year": year, "unit": str(rng.choice(["元", "万元", "million yuan"]))}
    number = int(rng.integers(1, 7))
    given["costs"] = [
        {"year": year - int(rng.integers(0, 8)), "amount": round(float(rng.lognormal(4, 1)), 2)}
        for _ in range(number)
    ]
    if maybe(0.2):
        given["costs"][0]["amount"] = "1,250.5万元"
    if maybe(0.8):
        count, growth, income = int(rng.integers(1, 5)), rng.uniform(0.7, 1.4), []
        revenue, margin, loss = rng.lognormal(6, 1), rng.uniform(0.02, 0.5), rng.uniform(0, 0.6)
        kinds = [k for k in ("revenue", "profit", "without") if maybe(0.75)]
        for i in range(count):
            profit = revenue * growth**i * margin
            row = {"revenue": revenue * growth**i, "profit": profit,
                   "without": profit * (1 - loss * rng.uniform(0.5, 1))}  # fmt: skip
            income.append({"year": year - count + 1 + i} | {k: float(row[k]) for k in kinds})
        given["income"] = income
    if maybe():
        given["term"] = sorted(round(float(x), 2) for x in rng.uniform(0.5, 15, 3))
    if maybe(0.3):
        given["rights"] = {"until": year + int(rng.integers(16 if "term" in given else 1, 30))}
    if maybe():
        given["share"] = some(0, 1)
    if maybe():
        given["comparables"] = [
            {"what": "c", "price": float(rng.uniform(10, 900)), "cost": float(rng.uniform(10, 300))}
            | ({"adjustment": some(0.3, 1.5)} if maybe() else {})
            for _ in range(int(rng.integers(1, 4)))
        ]
    if maybe():
        names = [n for n in ("accuracy", "consistency", "timeliness", "conformity") if maybe()]
        given["quality"] = {"scores": {n: round(float(rng.random()), 3) for n in names}}
        if names and maybe(0.4):
            given["quality"]["weights"] = {n: float(rng.integers(1, 5)) for n in names}
    shares = {"royalty": 0.3, "decay": 0.5, "upkeep": 1, "outlay": 2, "leakage": 0.3, "tax": 0.4}
    shares |= {"rate": 0.3, "markup": 0.5, "price_growth": 0.1, "risk_free": 0.08, "reach": 1}
    known = {name: some(0, top) for name, top in shares.items() if maybe(0.5)}
    known |= {name: some(0, 0.35) for name in CHARGES if maybe(0.3)}
    known |= {"growth": some(-0.3, 0.3)} if maybe() else {}
    known |= {"life": some(1, 12)} if maybe() else {}
    known |= {"rate": 0} if maybe(0.05) else {}
    known |= {"volatility": 0} if maybe(0.1) else {}
    given["assumptions"] = known
    if maybe(0.4):
        given["loan"] = {"recovery": float(rng.random()), "correlation": float(rng.uniform(-1, 1)),
                         "default_probability": float(rng.uniform(0, 0.5)),
                         "years": float(rng.uniform(0.5, 5)), "loss_target": 0.02}  # fmt: skip
    return given


def in_browser(page, text, draws, seed):
    return page.evaluate("([t, d, s]) => dataworth.value(t, d, s)", [text, draws, seed])


def same(shown, found):
    assert shown["methods"].keys() == set(found.central.index)
    assert shown["lacking"] == found.lacking
    for key, numbers in shown["methods"].items():
        row = found.summary.loc[key].drop("mean").to_dict() | {"central": found.central[key]}
        assert numbers == pytest.approx(row, rel=1e-8, abs=1e-9), key
    if shown["conclusion"] is None:
        assert found.conclusion.empty
        return
    ends = found.conclusion[["low", "median", "high"]].to_dict()
    assert shown["conclusion"] == pytest.approx(ends, rel=1e-8, abs=1e-9)
    if shown["loan"]:
        loan = found.loan[["value", "loan_to_value", "loan"]].to_dict()
        assert shown["loan"] == pytest.approx(loan, rel=1e-6, abs=1e-9)
    swings = found.tornado.query("swing > 0")["swing"].tolist()
    assert [row["swing"] for row in shown["movers"]] == pytest.approx(swings, rel=1e-6, abs=1e-7)


@pytest.fixture
def open_file(browser, tmp_path):
    """Open the page itself, whole, from a file; it must not complain nor ask for anything."""
    complaints, requests, contexts = [], [], []

    def open_it(text):
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        contexts.append(browser.new_context(accept_downloads=True))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not complaints
    assert all(url.startswith(("file:", "blob:")) for url in requests)


def test_random_assets_have_the_librarys_numbers(open_file, tmp_path):
    page, rng = open_file(asset_page()), np.random.default_rng(20261128)
    kinds = set()
    for number in range(200):
        path = written(tmp_path, random_asset(rng))
        report = check_asset(path)
        assert not report.errors, report.errors
        found = value_asset(report.use(), draws=DRAWS, seed=number, size=2)
        same(in_browser(page, path.read_text("utf-8"), DRAWS, number), found)
        kinds |= set(found.central.index)
    assert len(kinds) == 9


def test_the_template_at_ten_thousand_draws_is_what_the_command_prints(open_file):
    text = (SAMPLES / "asset_template.yml").read_text("utf-8")
    found = value_asset(check_asset(SAMPLES / "asset_template.yml").use(), size=2)
    page = open_file(asset_page())
    same(in_browser(page, text, 10_000, 0), found)
    shown = page.locator("#result").inner_text()
    assert f"{found.conclusion['median'] / 1e3:,.2f}" in shown
    assert f"{found.loan['loan'] / 1e3:,.2f}" in shown


def test_a_measured_sample_has_the_librarys_numbers_on_its_page(open_file):
    asset = check_asset(SAMPLES / "asset_platform.yml").use()
    assert asset.quality["good"].notna().any()
    page, found = open_file(asset_page(asset)), value_asset(asset, draws=DRAWS, size=2)
    same(in_browser(page, page.evaluate("dataworth.text()"), DRAWS, 0), found)


def test_the_page_says_first_that_it_is_no_appraisal(open_file):
    page = open_file(asset_page())
    text = page.locator(".statement").inner_text()
    for words in ("no appraisal", "may not be booked", "不是资产评估报告", "不得直接作为入账"):
        assert words in text


def test_what_is_typed_is_valued_saved_and_read_by_the_library(open_file, tmp_path):
    page = open_file(asset_page())
    page.locator('[data-path="costs.4.amount"]').fill("4000")
    page.wait_for_function("document.querySelector('#result').innerText.includes('49.44')")
    with page.expect_download() as saved:
        page.locator("#save").click()
    saved.value.save_as(tmp_path / "saved.yml")
    found = value_asset(check_asset(tmp_path / "saved.yml").use(), draws=100)
    assert found.central["sum_of_costs"] == pytest.approx(49_440)
    with page.expect_download() as kept:
        page.locator("#keep").click()
    kept.value.save_as(tmp_path / "kept.html")
    again = open_file((tmp_path / "kept.html").read_text("utf-8"))
    assert "13.44" in again.locator("#result").inner_text()


def test_a_file_is_opened_and_one_that_is_none_is_refused(open_file, tmp_path):
    page = open_file(asset_page())
    path = written(tmp_path, WHOLE)
    page.locator("#open").set_input_files(path)
    page.wait_for_function("document.querySelector('#result h2')?.innerText === 'Records'")
    assert page.locator('[data-path="costs.0.amount"]').input_value() == "100"
    path.write_text("just words")
    page.locator("#open").set_input_files(path)
    page.wait_for_function("document.querySelector('#result .error') !== null")
    assert "expected lines such as" in page.locator("#result").inner_text()


BAD = [
    {"costs": [{"year": 2031, "amount": 5}]},
    {"costs": [{"year": 2025, "amount": -5}]},
    {"income": [{"year": 2025, "profit": 5, "without": 9}]},
    {"income": [{"year": 2023, "profit": 5}]},
    {"rights": {"until": 2027}},
    {"assumptions": {"beauty": 1}},
    {"unit": "bags"},
    {"unit": "milion yuan"},
    {"assumptions": {"royalty": 5}},
    {"share": 20},
    {"term": [5, 4, 6]},
    {"quality": {"scores": {"accuracy": 95}}},
    {"quality": {"scores": {"beauty": 1}}},
    {"loan": {"default_probability": 4}},
    {"loan": {"recovery": "much"}},
    {"costs": [{"year": 2022.5, "amount": 5}]},
    {"costs": [{"year": 2025}]},
    {"income": [{"year": 2024, "revenue": 1}, {"year": 2025, "revenue": 1e6}]},
    {"comparables": [{"what": "x", "price": -1, "cost": 2}]},
    {"rights": {"first": 2031, "until": 2029}},
    {"where": "here"},
    {"costs": None, "income": None},
]


@pytest.mark.parametrize("changes", BAD, ids=lambda c: next(iter(c)))
def test_the_page_refuses_what_the_library_refuses_at_the_same_place(changes, open_file, tmp_path):
    path = written(tmp_path, changed(**changes))
    where = check_asset(path).errors[0].where
    page = open_file(asset_page())
    refused = page.evaluate(
        "(t) => { try { dataworth.value(t, 10, 0); } catch (e) { return e.message; } }",
        yaml.safe_dump(changed(**changes), allow_unicode=True),
    )
    assert refused.startswith(f"{where}: expected")
