"""How far synthetic firms are from the firms that they were made from.

Paper `potential`, section 2.2 and Figure 1, and what a picture of densities does not show:
quantiles, tails, values on the bounds, correlation. `sample` is always the real side, one row
a firm; `synthetic` has the same columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import kstest

from dataworth.errors import InputError

LEVELS = tuple(level / 20 for level in range(1, 20))  # quantiles 0.05 to 0.95
SD_ALARM = 0.5  # half of the standard deviation is a quarter of the variance
BOUND_ALARM = 0.1  # excess share of values on a bound; continuous variables have none
SCORED_ROWS = 10_000  # of synthetic firms at most; more do not move SDMetrics' scores
LOSS_ALARM = 0.5  # share of the sample's correlation that is gone


def compare(sample: pd.DataFrame, synthetic: pd.DataFrame) -> pd.DataFrame:
    """Measure each variable of synthetic firms against the sample.

    Returns
    -------
    pandas.DataFrame, one row a variable
        sd_ratio, range_ratio
            Synthetic over real; the range reaches from the 1st to the 99th percentile, since
            the extremes of many rows are an accident of a few.
        median_level
            Share of the firms below the synthetic median; 0.5 is right.
        quantile_error
            Mean absolute distance of the quantiles 0.05 to 0.95, each expressed as the
            normal score of its place among the firms, in standard deviations.
        reach_95, reach_99
            Distance of that quantile from the firms' median, synthetic over real: 1 is
            right, near 0 the tail is gone.
        at_minimum, at_maximum
            Share of synthetic values exactly on the sample's bounds.
        peak_shift
            Distance of the two densities' peaks, in standard deviations of the sample.
        peak_ratio
            Height of the peak, synthetic over real.
        skewness, synthetic_skewness
            Moment skewness.
        bell_distance, synthetic_bell_distance
            As `bell_distance` gives it.

    Raises
    ------
    InputError
        The columns differ.
    """
    if set(sample.columns) != set(synthetic.columns):
        raise InputError("synthetic: its columns are not those of the sample")
    rows = {name: _compare(sample[name], synthetic[name]) for name in sample.columns}
    return pd.DataFrame(rows).T


def density(values: pd.Series) -> pd.Series:
    """Estimate a density as Figure 1 draws it: Gaussian kernels, Scott's bandwidth.

    Returns
    -------
    pandas.Series
        Density over 1,024 points; one point of infinite density if all values are equal.
    """
    from statsmodels.nonparametric.kde import KDEUnivariate

    spread = values.std()
    if not spread > 0:
        return pd.Series([np.inf], index=[float(values.iloc[0])])
    scores = KDEUnivariate(((values - values.mean()) / spread).to_numpy())
    scores.fit(bw=len(values) ** -0.2, gridsize=1024, fft=True)
    return pd.Series(scores.density / spread, index=values.mean() + spread * scores.support)


def bell_distance(values: pd.Series) -> float:
    """Describe how far values are from the bell curve with their median and interquartile range.

    Returns
    -------
    float
        Greatest distance of the two cumulative distributions (Kolmogorov-Smirnov): near 0 for
        a bell, at most 1. A few outliers do not matter, as they do not to the eye.
    """
    low, middle, high = values.quantile([0.25, 0.5, 0.75])
    if not high > low:
        return 1.0
    scores = (values - middle) / (high - low) * np.ptp(_z((0.25, 0.75)))
    # The p-value is not used; this way it costs nothing.
    return float(kstest(scores, "norm", method="asymp").statistic)


def compare_correlations(sample: pd.DataFrame, synthetic: pd.DataFrame) -> dict[str, float]:
    """Measure how far rank correlations are from the sample's, over all pairs of variables.

    Returns
    -------
    dict
        correlation_error, the mean absolute difference; largest_correlation_error; and
        correlation_loss, the share of the sample's correlation that is gone: 1 less the
        slope of synthetic on real correlations through the origin.
    """
    pairs = np.triu_indices(len(sample.columns), 1)
    # A constant column correlates with nothing.
    real = sample.corr("spearman").fillna(0).to_numpy()[pairs]
    made = synthetic[list(sample.columns)].corr("spearman").fillna(0).to_numpy()[pairs]
    gone = np.abs(made - real)
    power = float(real @ real)
    return {
        "correlation_error": float(gone.mean()),
        "largest_correlation_error": float(gone.max()),
        "correlation_loss": 1 - float(real @ made) / power if power else 0.0,
    }


def chance_error(firms: int) -> float:
    """Return by how much chance moves a rank correlation on average, among independent firms."""
    return float(np.sqrt(2 / np.pi / (firms - 1)))  # mean size of a normal error


def scores(sample: pd.DataFrame, synthetic: pd.DataFrame) -> dict[str, float]:
    """Return the scores of SDMetrics, as the makers of SDV recommend them; 1 is best.

    Returns
    -------
    dict
        quality, the mean of shapes (complement of the Kolmogorov-Smirnov distance) and
        pairs (similarity of Pearson correlations); diagnostic, whether types and ranges
        are those of the sample.
    """
    from sdmetrics.reports import DiagnosticReport, QualityReport

    columns = {name: {"sdtype": "numerical"} for name in sample.columns}
    metadata = {"tables": {"firms": {"columns": columns}}}
    quality, diagnostic = QualityReport(), DiagnosticReport()
    for report in (quality, diagnostic):
        rows = {"firms": synthetic.head(SCORED_ROWS)}
        report.generate({"firms": sample}, rows, metadata, verbose=False)
    shapes, pairs = quality.get_properties()["Score"]
    return {
        "quality": float(quality.get_score()),
        "shapes": float(shapes),
        "pairs": float(pairs),
        "diagnostic": float(diagnostic.get_score()),
    }


@dataclass(frozen=True)
class Alarm:
    """Whether a synthesizer collapsed, and what says so.

    Attributes
    ----------
    reasons : tuple of str
        Those of ``"spread"``, ``"bounds"`` and ``"correlation"`` that hold.
    sd_ratio : float
        Median over the variables.
    at_bounds : float
        Largest share of synthetic values on a bound, less the sample's own share there.
    correlation_loss : float
        Share of the sample's rank correlation that is gone.
    """

    reasons: tuple[str, ...]
    sd_ratio: float
    at_bounds: float
    correlation_loss: float

    @property
    def rings(self) -> bool:
        """Whether there is a reason at all."""
        return bool(self.reasons)


def collapse_alarm(sample: pd.DataFrame, synthetic: pd.DataFrame) -> Alarm:
    """Describe whether the synthesizer draws the centre of the sample instead of the sample.

    It rings for any of three reasons. The spread: in half of the variables or more, the
    standard deviation is less than half of the sample's (`SD_ALARM`). The bounds: some
    variable has more than a tenth of its values on one of the sample's bounds, beyond the
    share that the sample has there (`BOUND_ALARM`). Correlation: more than half of it is
    gone (`LOSS_ALARM`).
    """
    sd_ratio = float((synthetic.std() / sample.std()).median())
    excess = [
        ((synthetic[sample.columns] == bound).mean() - (sample == bound).mean()).max()
        for bound in (sample.min(), sample.max())
    ]
    loss = compare_correlations(sample, synthetic)["correlation_loss"]
    found = {
        "spread": sd_ratio < SD_ALARM,
        "bounds": max(excess) > BOUND_ALARM,
        "correlation": loss > LOSS_ALARM,
    }
    reasons = tuple(name for name, rings in found.items() if rings)
    return Alarm(reasons, sd_ratio, float(max(excess)), loss)


# --- small helpers -------------------------------------------------------------------------


def _compare(real: pd.Series, made: pd.Series) -> dict[str, float]:
    """Measure one variable; see `compare`."""
    middle = real.median()
    real_peak, made_peak = density(real), density(made)
    with np.errstate(divide="ignore", invalid="ignore"):

        def ratio(over: float, under: float) -> float:
            return float(np.divide(over, under))

        def reach(level: float) -> float:
            return ratio(made.quantile(level) - middle, real.quantile(level) - middle)

        return {
            "sd_ratio": ratio(made.std(), real.std()),
            "range_ratio": ratio(_range(made), _range(real)),
            "median_level": float((real < made.median()).mean()),
            "quantile_error": float(np.abs(_normal_scores(real, made) - _z(LEVELS)).mean()),
            "reach_95": reach(0.95),
            "reach_99": reach(0.99),
            "at_minimum": float((made == real.min()).mean()),
            "at_maximum": float((made == real.max()).mean()),
            "peak_shift": ratio(abs(made_peak.idxmax() - real_peak.idxmax()), real.std()),
            "peak_ratio": ratio(made_peak.max(), real_peak.max()),
            "skewness": float(real.skew()),
            "synthetic_skewness": float(made.skew()),
            "bell_distance": bell_distance(real),
            "synthetic_bell_distance": bell_distance(made),
        }


def _range(values: pd.Series) -> float:
    return float(values.quantile(0.99) - values.quantile(0.01))


def _z(levels: Any) -> np.ndarray:
    return ndtri(levels)


def _normal_scores(real: pd.Series, made: pd.Series) -> np.ndarray:
    """Place quantiles of the synthetic values among the firms, as normal scores."""
    places = (np.arange(len(real)) + 0.5) / len(real)
    return np.interp(made.quantile(list(LEVELS)), np.sort(real), _z(places))
