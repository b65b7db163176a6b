"""What chapters of the part compute in sight has the answers that are known."""

import json

import pytest

from dataworth.ledger import read_printed

pytestmark = pytest.mark.chapters


@pytest.fixture
def recorded(quick_book):
    return lambda name: json.loads(
        (quick_book.results / "banks" / name / "results.json").read_text()
    )


def test_criteria_leave_one_number_of_observations_and_of_parameters(recorded):
    found = recorded("arima")
    solved = [(found[f"{table}.nobs"], found[f"{table}.parameters"]) for table in ("t4", "t5")]
    assert solved == [(63, 4), (61, 4)]


def test_only_a_gap_of_two_after_six_quarters_or_its_mirror_fits_table_5(recorded):
    found = recorded("arima")
    names = ("gap", "before", "fitting", "tried")
    assert [found[f"gap_scan.{name}"] for name in names] == [2, 6, 2, 1 + 5 * 60]


def test_printed_forecasts_lead_back_to_the_first_two_quarters(recorded):
    found = recorded("forecast")
    assert found["trace.first"] == pytest.approx(found["trace.first_actual"], rel=0.002)
    assert found["trace.largest_gap_of_two"] < 0.002


@pytest.mark.parametrize("column", ["raw", "log"])
def test_printed_p_values_belong_to_their_statistics_at_this_sample_size(recorded, column):
    printed = read_printed("banks")(f"t3.{column}.pvalue")
    found = recorded("stationarity")[f"t3.{column}.simulated_pvalue"]
    assert found == pytest.approx(printed, abs=0.01)
