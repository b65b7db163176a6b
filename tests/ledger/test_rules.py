"""Each rule against a known answer, and all of them against rounding."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dataworth.forensics.rounding import Quantity, parse_printed, propagate
from dataworth.ledger.rules import RULES, is_condition, meaning

positive = st.floats(1.0, 1e6)


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ("same", {"value": 3.0}, 3.0),
        ("total", {"parts": [5, 10, 20, 6]}, 41),
        ("mean", {"values": [0.03, 0.05]}, 0.04),
        ("share", {"part": 1, "whole": 4}, 0.25),
        ("percentage", {"part": 1, "whole": 4}, 25),
        ("growth", {"before": 80, "after": 100}, 0.25),
        ("growth_per_period", {"first": 100, "last": 121, "periods": 2}, 0.1),
        ("largest", {"values": [2, 7, 5]}, 7),
        ("at_least", {"value": 6, "minimum": 3, "times": 2}, True),
        ("at_least", {"value": 5.9, "minimum": 3, "times": 2}, False),
        ("exceeds_all", {"value": 4, "others": [1, 3]}, True),
        ("exceeds_all", {"value": 3, "others": [1, 3]}, False),
        ("difference", {"larger": 64, "smaller": 63}, 1),
        ("relative_error", {"actual": 120, "forecast": 100}, 0.2),
        ("power", {"base": 9.0, "exponent": 0.5}, 3.0),
        ("count_of_periods", {"first": 0, "last": 63}, 64),
        ("first_period", {"last": 63, "count": 64}, 0),
        ("last_period", {"first": 0, "count": 64}, 63),
        ("quarter_before_year", {"year": 2022}, 4 * 2021 + 3),
        ("rounds_to", {"value": 3.9, "whole": 4}, True),
        ("rounds_to", {"value": 4, "whole": 3}, False),
        ("positive", {"value": -0.038}, False),
        ("between", {"value": 2.1, "low": 0, "high": 4}, True),
        ("at_least", {"value": 1, "minimum": 2}, False),
        ("all_within", {"values": [-0.03, 0.07], "limit": 0.1}, True),
        ("some_beyond", {"values": [-0.31, 0.07], "limit": 0.1}, True),
        ("increasing", {"values": [1, 3, 2]}, False),
        ("not_together_with", {"statement": 1.0}, False),
        ("non_labour_ratio", {"capital_ratio": 0.45, "tax_share": 0.14}, 1.45 / 0.86 - 1),
        (
            "capm_rate",
            {"risk_free": 0.03, "beta": 0.5, "market_return": 0.1, "specific": 0.04},
            0.105,
        ),
        ("t_statistic", {"coefficient": 1.0, "standard_error": 0.5}, 2.0),
        ("is_variance", {"spread": 4, "r_squared": 0.5, "ssr": 20, "observations": 11}, True),
        ("is_variance", {"spread": 2, "r_squared": 0.5, "ssr": 20, "observations": 11}, False),
        ("roots_inside_unit_circle", {"ar": [0.9], "ma": [-1.8, 0.82]}, True),
        ("roots_inside_unit_circle", {"ar": [1.01], "ma": [0.5]}, False),
        ("next_forecast", {"before": 100, "previous": 110, "ar": 0.5}, 115),
        ("next_log_forecast", {"before": 100, "previous": 400, "ar": 0.5}, 800),
        (
            "not_a_plain_recursion",
            {"forecasts": [100, 110, 105, 107.5], "ar": 0.5, "limit": 0.01},
            False,
        ),
        (
            "not_a_plain_recursion",
            {"forecasts": [100, 110, 90, 130], "ar": 0.5, "limit": 0.01},
            True,
        ),
        ("rejects_unit_root", {"statistic": -3.6, "critical_values": [-4.1, -3.5, -3.2]}, False),
    ],
)
def test_known_answers(rule, given, expected):
    assert RULES[rule](**given) == pytest.approx(expected, abs=5e-5)


def test_every_rule_says_in_one_line_what_it_means():
    for name in RULES:
        assert 10 < len(meaning(name)) < 90, name


def test_shares_add_up_within_their_rounding():
    shares = [parse_printed(share) for share in ("33.3%", "33.3%", "33.3%")]
    whole = Quantity.exact(1)
    assert RULES["adds_up"](shares, whole)
    assert not RULES["adds_up"]([*shares[:2], parse_printed("33.8%")], whole)


def test_conditions_are_told_from_numbers():
    assert is_condition("positive")
    assert not is_condition("total")


# Regression: numbers made from data obey every relation.


@pytest.fixture(scope="module")
def regression():
    import numpy as np
    import statsmodels.api as sm

    rng = np.random.default_rng(7)
    x = sm.add_constant(rng.normal(size=(60, 2)))
    fit = sm.OLS(x @ [1, 2, -1] + rng.normal(size=60), x).fit()
    return fit, float(np.std(fit.model.endog, ddof=1))


def test_regression_relations_agree_with_statsmodels(regression):
    fit, deviation = regression
    sample = {"observations": 60, "parameters": 3}
    squared = {"r_squared": fit.rsquared}
    checks = {
        "t_statistic": (
            {"coefficient": fit.params[1], "standard_error": fit.bse[1]},
            fit.tvalues[1],
        ),
        "p_of_t": ({"t": fit.tvalues[1], "degrees": 57}, fit.pvalues[1]),
        "adjusted_r_squared": (squared | sample, fit.rsquared_adj),
        "regression_standard_error": ({"ssr": fit.ssr, **sample}, math.sqrt(fit.mse_resid)),
        "residual_squares": ({"standard_error": math.sqrt(fit.mse_resid), **sample}, fit.ssr),
        "r_squared": (
            {"ssr": fit.ssr, "standard_deviation": deviation, "observations": 60},
            fit.rsquared,
        ),
        "standard_deviation_from_r_squared": (
            squared | {"ssr": fit.ssr, "observations": 60},
            deviation,
        ),
        "akaike_criterion": ({"loglik": fit.llf, **sample}, fit.aic / 60),
        "schwarz_criterion": ({"loglik": fit.llf, **sample}, fit.bic / 60),
        "loglik_from_akaike": ({"aic": fit.aic / 60, **sample}, fit.llf),
    }
    for rule, (arguments, expected) in checks.items():
        assert RULES[rule](**arguments) == pytest.approx(expected, rel=1e-9), rule


def test_log_likelihood_of_a_series_with_a_gap_agrees_with_the_kalman_filter():
    import numpy as np
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    series = np.random.default_rng(3).normal(size=40)
    series[[10, 11]] = np.nan
    model = SARIMAX(series, order=(1, 0, 1), concentrate_scale=True)
    fit = model.smooth([-0.8, 0.5])
    errors = fit.standardized_forecasts_error[0]
    ssr = float(np.nansum(errors**2) * fit.scale)
    implied = RULES["loglik_from_coefficients"]([-0.8], [0.5], ssr, [10, 28], 2)
    assert implied == pytest.approx(fit.llf, abs=1e-6)
    sign = RULES["ar_with_sign_of_likelihood"]
    assert sign(0.8, [0.5], ssr, fit.llf, [10, 28], 2) == -0.8


@given(st.floats(-200, 200), st.integers(20, 400), st.integers(1, 8))
def test_sample_size_and_parameters_are_recovered_from_criteria(loglik, size, parameters):
    loglik = round(loglik, 6)
    given = {
        "loglik": loglik,
        "aic": round(RULES["akaike_criterion"](loglik, size, parameters), 6),
        "sc": round(RULES["schwarz_criterion"](loglik, size, parameters), 6),
    }
    assert RULES["sample_size_from_criteria"](**given) == size
    assert RULES["parameters_from_criteria"](**given) == parameters


@given(st.floats(-0.99, 0.99), st.floats(-100, 100), st.floats(10, 1000))
def test_forecasts_give_away_their_coefficient(coefficient, drift, first_step):
    assume(abs(coefficient) > 0.05 and abs(first_step - drift) > 5)
    levels, step = [1e5], first_step
    for _ in range(3):
        levels.append(levels[-1] + step)
        step = drift + coefficient * (step - drift)
    assert RULES["ar_from_forecast_differences"](levels) == pytest.approx(coefficient, abs=1e-4)
    logs = [math.exp(level / 1e5) for level in levels]
    assert RULES["ar_from_log_forecast_differences"](logs) == pytest.approx(coefficient, abs=1e-3)


@pytest.mark.parametrize("rows", [40, 53, 60, 120])
def test_critical_values_tell_rows_and_one_another(rows):
    from statsmodels.tsa.adfvalues import mackinnoncrit

    one, five, ten = mackinnoncrit(1, "ct", rows)
    another = RULES["critical_value_from_another"]
    assert another(five, 0.05, 0.01) == pytest.approx(one, abs=1e-6)
    assert another(five, 0.05, 0.10) == pytest.approx(ten, abs=1e-6)
    lags = RULES["lags_from_critical_value"]
    assert lags([rows + 5], 0, one, 0.01) == pytest.approx(4, abs=1e-3)
    assert lags([rows + 7], 2, one, 0.01) == pytest.approx(4, abs=1e-3)
    assert lags([6, rows + 4], 0, one, 0.01) == pytest.approx(4, abs=1e-3)
    assert lags([3, rows + 5], 0, one, 0.01) == pytest.approx(4, abs=1e-3)
    assert RULES["dickey_fuller_p_value"](five) == pytest.approx(0.05, abs=0.015)


def test_a_critical_value_of_no_sample_size_is_an_error():
    with pytest.raises(ValueError, match="no sample size"):
        RULES["lags_from_critical_value"]([64], 0, -1.0, 0.01)


# Rounding: a true relation survives it, a false one does not hide behind it.


def printed(number, decimals):
    return parse_printed(f"{number:.{decimals}f}")


def overlap(a, b):
    slack = 1e-9 * max(1, abs(a.value))
    return a.low <= b.high + slack and b.low <= a.high + slack


RELATIONS = {
    "relative_error": (("actual", "forecast"), 2),
    "share": (("part", "whole"), 2),
    "difference": (("larger", "smaller"), 2),
    "t_statistic": (("coefficient", "standard_error"), 2),
}


@pytest.mark.parametrize("rule", RELATIONS)
@given(data=st.data(), decimals=st.integers(0, 3))
def test_rounding_never_refutes_a_true_relation(rule, data, decimals):
    names, _ = RELATIONS[rule]
    numbers = {name: data.draw(positive) for name in names}
    target = printed(RULES[rule](**numbers), 3)
    rounded = {name: printed(number, decimals) for name, number in numbers.items()}
    assert overlap(propagate(RULES[rule], rounded), target)


@pytest.mark.parametrize("rule", RELATIONS)
@given(data=st.data(), beyond=st.floats(1.01, 100), sign=st.sampled_from([-1, 1]))
def test_a_change_beyond_rounding_is_always_caught(rule, data, beyond, sign):
    names, _ = RELATIONS[rule]
    rounded = {name: printed(data.draw(positive), 0) for name in names}
    computed = propagate(RULES[rule], rounded)
    width = computed.high - computed.low + 0.001
    wrong = computed.value + sign * beyond * width
    assert not overlap(computed, Quantity(wrong, wrong - 0.0005, wrong + 0.0005))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_a_total_of_many_rounded_parts_keeps_the_true_sum(parts):
    total = propagate(RULES["total"], {"parts": [printed(part, 0) for part in parts]})
    assert total.low - 1e-6 <= sum(parts) <= total.high + 1e-6
    assert total.high - total.low == pytest.approx(len(parts), abs=1e-6)


def test_a_condition_holds_when_it_holds_somewhere_in_the_rounding():
    assert propagate(RULES["positive"], {"value": parse_printed("0.00")}).high == 1
    assert propagate(RULES["positive"], {"value": parse_printed("-0.04")}).high == 0
