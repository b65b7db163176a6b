"""P-values that printed statistics imply: published examples, and scipy on raw data."""

import numpy as np
import pytest
from scipy import stats

from dataworth.forensics import significance
from dataworth.forensics.rounding import Quantity, parse_printed, propagate
from dataworth.ledger.rules import RULES


def implied(rule, statistic, **degrees):
    given = {name: Quantity.exact(value) for name, value in degrees.items()}
    first = {"p_of_t": "t", "p_of_z": "z", "p_of_f": "f", "p_of_correlation": "r"}
    return propagate(RULES[rule], {first.get(rule, "statistic"): parse_printed(statistic)} | given)


# The tests of R's statcheck (Nuijten & Epskamp) hold each of these for an error that changes
# the decision: the printed p lies on the other side of 5 %.
@pytest.mark.parametrize(
    ("rule", "statistic", "degrees", "printed"),
    [
        ("p_of_t", "2.20", {"degrees": 28}, 0.06),
        ("p_of_t", "1.20", {"degrees": 28}, 0.03),
        ("p_of_f", "22.20", {"numerator": 2, "denominator": 28}, 0.06),
        ("p_of_f", "2.20", {"numerator": 2, "denominator": 28}, 0.03),
        ("p_of_correlation", "0.22", {"degrees": 28}, 0.03),
        ("p_of_correlation", "0.52", {"degrees": 28}, 0.06),
        ("p_of_chi_squared", "2.20", {"degrees": 28}, 0.03),
        ("p_of_chi_squared", "52.20", {"degrees": 28}, 0.06),
        ("p_of_z", "1.20", {}, 0.03),
        ("p_of_z", "2.20", {}, 0.06),
    ],
)
def test_decision_errors_are_found(rule, statistic, degrees, printed):
    found = implied(rule, statistic, **degrees)
    assert not found.low - 0.005 <= printed <= found.high + 0.005
    decisions = {significance.is_significant(p) for p in (found.low, found.high)}
    assert decisions == {not significance.is_significant(printed)}


def test_rounding_of_the_statistic_is_given_its_due():
    # 2.0 may be 2.05, whose p is below 0.05, though that of 2.00 is not.
    found = implied("p_of_t", "2.0", degrees=28)
    assert found.low < 0.05 < found.value < found.high
    assert found.low == pytest.approx(2 * stats.t.sf(2.05, 28))


def test_one_side_is_half_of_two():
    assert implied("p_of_t", "-2.20", degrees=28, sides=1).value == pytest.approx(
        implied("p_of_t", "2.20", degrees=28).value / 2
    )


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(11)
    return rng.normal(0, 1, 23), rng.normal(0.6, 1.7, 31)


def test_statistics_and_p_values_agree_with_scipy_on_raw_data(samples):
    row = [f(sample) for sample in samples for f in (np.mean, lambda x: np.std(x, ddof=1), len)]
    student, welch = (stats.ttest_ind(*samples, equal_var=equal) for equal in (True, False))
    assert significance.t_of_two_means(*row) == pytest.approx(student.statistic)
    assert significance.welch_t_of_two_means(*row) == pytest.approx(welch.statistic)
    # Without any spread there is no statistic: the ledger says so in one line, and never "inf".
    for statistic in (significance.t_of_two_means, significance.welch_t_of_two_means):
        with pytest.raises(ZeroDivisionError):
            statistic(1, 0, 10, 2, 0, 10)
    assert significance.p_of_t(student.statistic, student.df) == pytest.approx(student.pvalue)
    variance = stats.f_oneway(*samples)
    assert significance.p_of_f(variance.statistic, 1, 52) == pytest.approx(variance.pvalue)
    paired = samples[0], samples[1][:23]
    found = stats.pearsonr(*paired)
    assert significance.p_of_correlation(found.statistic, 21) == pytest.approx(found.pvalue)
    assert significance.p_of_correlation(1.0, 21) == 0
    assert significance.standard_error_of_mean(*row[1:3]) == pytest.approx(stats.sem(samples[0]))
    low, high = stats.norm.interval(0.9, row[0], stats.sem(samples[0]))
    limit = significance.confidence_limit
    error = stats.sem(samples[0])
    assert limit(row[0], error, -1, 0.9) == pytest.approx(low)
    assert limit(row[0], error, 1, 0.9) == pytest.approx(high)


def test_a_table_of_counts_agrees_with_scipy():
    table = [[12, 5, 9], [7, 14, 8]]
    found = stats.chi2_contingency(table, correction=False)
    assert significance.p_of_chi_squared(found.statistic, found.dof) == pytest.approx(found.pvalue)
