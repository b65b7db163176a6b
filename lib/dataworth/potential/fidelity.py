"""How far synthetic firms are from the firms that they were made from.

Paper `potential`, section 2.2 and Figure 1, and what a picture of densities does not show:
quantiles, tails, values on the bounds, correlation. `sample` is always the real side, one row
a firm; `synthetic` has the same columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dataworth.errors import InputError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import numpy as np
    import pandas as pd

    from dataworth.potential.augment import Recipe

    Job = tuple[Mapping[str, Any], pd.DataFrame, Recipe, int]

LEVELS = tuple(level / 20 for level in range(1, 20))  # quantiles 0.05 to 0.95
MOST = 0.8  # a statement about all variables is let pass if four in five bear it out
SD_ALARM = 0.5  # half of the standard deviation is a quarter of the variance
BOUND_ALARM = 0.1  # excess share of values on a bound; continuous variables have none
LOSS_ALARM = 0.5  # share of the sample's correlation that is gone


def compare(sample: pd.DataFrame, synthetic: pd.DataFrame) -> pd.DataFrame:
    """Measure each variable of synthetic firms against the sample.

    Returns
    -------
    pandas.DataFrame, one row a variable
        sd_ratio, range_ratio
            Synthetic over real.
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
        skewness, synthetic_skewness, synthetic_kurtosis
            Sample skewness, and excess kurtosis; 0 for a normal distribution.

    Raises
    ------
    InputError
        The columns differ.
    """
    import pandas as pd

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
    import numpy as np
    import pandas as pd
    from statsmodels.nonparametric.kde import KDEUnivariate

    spread = values.std()
    if not spread > 0:
        return pd.Series([np.inf], index=[float(values.iloc[0])])
    scores = KDEUnivariate(((values - values.mean()) / spread).to_numpy())
    scores.fit(bw=len(values) ** -0.2, gridsize=1024, fft=True)
    return pd.Series(scores.density / spread, index=values.mean() + spread * scores.support)


def compare_correlations(sample: pd.DataFrame, synthetic: pd.DataFrame) -> dict[str, float]:
    """Measure how far rank correlations are from the sample's, over all pairs of variables.

    Returns
    -------
    dict
        correlation_error, the mean absolute difference; largest_correlation_error; and
        correlation_loss, the share of the sample's correlation that is gone: 1 less the
        slope of synthetic on real correlations through the origin.
    """
    import numpy as np

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


def scores(sample: pd.DataFrame, synthetic: pd.DataFrame) -> dict[str, float]:
    """Return the scores of SDMetrics, as the makers of SDV recommend them; 1 is best.

    Returns
    -------
    dict
        quality, the mean of shapes (complement of the Kolmogorov-Smirnov distance) and
        pairs (similarity of Pearson correlations); diagnostic, whether types and ranges
        are those of the sample.
    """
    from sdmetrics.reports.single_table import DiagnosticReport, QualityReport

    metadata = {"columns": {name: {"sdtype": "numerical"} for name in sample.columns}}
    quality, diagnostic = QualityReport(), DiagnosticReport()
    for report in (quality, diagnostic):
        report.generate(sample, synthetic, metadata, verbose=False)
    shapes, pairs = quality.get_properties()["Score"]
    return {
        "quality": quality.get_score(),
        "shapes": float(shapes),
        "pairs": float(pairs),
        "diagnostic": diagnostic.get_score(),
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
    """Say whether the synthesizer draws the centre of the sample instead of the sample.

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


def statements(
    sample: pd.DataFrame, synthetic: pd.DataFrame, *, single: str = "ROA"
) -> dict[str, bool]:
    """Test what section 2.2 says about Figure 1, sentence by sentence.

    Parameters
    ----------
    sample, synthetic : pandas.DataFrame
    single : str
        The variable that the paper takes as its example.

    Returns
    -------
    dict of str to bool
        A statement about all variables holds if four in five (`MOST`) bear it out.
        peaks_agree: peaks less than a quarter of a standard deviation apart.
        skewness_agrees: the same sign. centre_kept: the synthetic median lies between the
        firms' 40th and 60th percentiles. range_agrees: at least 0.8 of the firms' range.
        dispersion_close: standard deviations within a factor of 1.25. higher_peak.
        shorter_tail: a higher peak, and a smaller distance from the 1st to the 99th
        percentile. roa_seed_wider: the sample's standard deviation is larger and its peak
        lower. roa_bell: skewness below 0.5 and excess kurtosis below 1 in absolute value.
        correlations_kept: a mean error below the standard error of a correlation among as
        many firms. not_copies: no row equals a firm in every variable.
        main_characteristics: centre, dispersion, skewness and range all at once.
    """
    table = compare(sample, synthetic)
    most = {
        "peaks_agree": table["peak_shift"] < 0.25,
        "skewness_agrees": table["skewness"] * table["synthetic_skewness"] > 0,
        "centre_kept": table["median_level"].between(0.4, 0.6),
        "range_agrees": table["range_ratio"] >= 0.8,
        "dispersion_close": table["sd_ratio"].between(1 / 1.25, 1.25),
        "higher_peak": table["peak_ratio"] > 1,
        "shorter_tail": (table["peak_ratio"] > 1) & (table["width_ratio"] < 1),
    }
    found = {name: bool(holds.mean() >= MOST) for name, holds in most.items()}
    one = table.loc[single]
    error = compare_correlations(sample, synthetic)["correlation_error"]
    main = ("centre_kept", "dispersion_close", "skewness_agrees", "range_agrees")
    return found | {
        "roa_seed_wider": bool(one["sd_ratio"] < 1 and one["peak_ratio"] > 1),
        "roa_bell": bool(
            abs(one["synthetic_skewness"]) < 0.5 and abs(one["synthetic_kurtosis"]) < 1
        ),
        "correlations_kept": bool(error < (len(sample) - 1) ** -0.5),
        "not_copies": len(synthetic.merge(sample.drop_duplicates(), how="inner")) == 0,
        "main_characteristics": all(found[name] for name in main),
    }


def measure_all(
    jobs: Iterable[Job], *, with_scores: bool = False, executor: Executor | None = None
) -> pd.DataFrame:
    """Make synthetic firms for many samples and recipes, and measure each set.

    Parameters
    ----------
    jobs : iterable of (labels, sample, recipe, seed)
        `labels` is a mapping that becomes the first columns of the row.
    with_scores : bool
        Add the scores of SDMetrics.
    executor : concurrent.futures.Executor, optional
        Who does the work; one after another if omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a job: labels, seed; quantile_error, reach_95, reach_99, sd_ratio (medians
        over the variables); target_sd_ratio; `compare_correlations`; at_bounds; alarm;
        ``finding:<name>`` for every one of `statements`.
    """
    from functools import partial

    import pandas as pd

    work = partial(_measure, with_scores=with_scores)
    return pd.DataFrame(list((executor.map if executor else map)(work, list(jobs))))


# --- small helpers -------------------------------------------------------------------------


def _compare(real: pd.Series, made: pd.Series) -> dict[str, float]:
    """Measure one variable; see `compare`."""
    import numpy as np

    middle = real.median()
    real_peak, made_peak = density(real), density(made)
    with np.errstate(divide="ignore", invalid="ignore"):

        def ratio(over: float, under: float) -> float:
            return float(np.divide(over, under))

        def reach(level: float) -> float:
            return ratio(made.quantile(level) - middle, real.quantile(level) - middle)

        return {
            "sd_ratio": ratio(made.std(), real.std()),
            "range_ratio": ratio(np.ptp(made), np.ptp(real)),
            "width_ratio": ratio(_width(made), _width(real)),
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
            "synthetic_kurtosis": float(made.kurt()),
        }


def _width(values: pd.Series) -> float:
    return float(values.quantile(0.99) - values.quantile(0.01))


def _z(levels: Any) -> np.ndarray:
    from scipy.special import ndtri

    return ndtri(levels)


def _normal_scores(real: pd.Series, made: pd.Series) -> np.ndarray:
    """Place quantiles of the synthetic values among the firms, as normal scores."""
    import numpy as np

    places = (np.arange(len(real)) + 0.5) / len(real)
    return np.interp(made.quantile(list(LEVELS)), np.sort(real), _z(places))


def _measure(job: Job, *, with_scores: bool) -> dict[str, Any]:
    """Make and measure one set of synthetic firms."""
    from dataworth.potential.augment import synthesize
    from dataworth.potential.variables import TARGET

    labels, sample, recipe, seed = job
    synthetic = synthesize(sample, recipe, seed=seed)
    table = compare(sample, synthetic)
    medians = ["sd_ratio", "quantile_error", "reach_95", "reach_99"]
    alarm = collapse_alarm(sample, synthetic)
    return {
        **labels,
        "seed": seed,
        **table[medians].median().to_dict(),
        "target_sd_ratio": float(table.loc[TARGET, "sd_ratio"]),
        **compare_correlations(sample, synthetic),
        "at_bounds": alarm.at_bounds,
        "alarm": alarm.rings,
        **(scores(sample, synthetic) if with_scores else {}),
        **{f"finding:{name}": holds for name, holds in statements(sample, synthetic).items()},
    }
