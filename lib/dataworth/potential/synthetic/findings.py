"""What section 2.2 says about its synthetic firms, tested on many sets of them.

Paper `potential`, section 2.2 and Figure 1. The paper looked at one set. Each sentence is read
here as a rule that another sample or another seed may break.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

import pandas as pd

from dataworth.inputs.firms.variables import TARGET
from dataworth.potential.synthetic import fidelity

if TYPE_CHECKING:
    from dataworth.potential.synthetic.augment import Recipe

    Job = tuple[Mapping[str, Any], pd.DataFrame, Recipe, int]

MOST = 0.8  # a statement about all variables is let pass if four in five bear it out
CLOSE = 1.25  # times that a range or standard deviation may be larger or smaller


def statements(
    sample: pd.DataFrame, synthetic: pd.DataFrame, table: pd.DataFrame | None = None
) -> dict[str, bool]:
    """Test what section 2.2 says about Figure 1, sentence by sentence.

    Parameters
    ----------
    sample, synthetic : pandas.DataFrame
    table : pandas.DataFrame, optional
        As `fidelity.compare` returns it for the two, if it is at hand.

    Returns
    -------
    dict of str to bool
        A statement about all variables holds if four in five (`MOST`) bear it out.
        peaks_agree: peaks less than a quarter of a standard deviation apart.
        skewness_agrees: the same sign.
        centre_kept: the synthetic median lies between the firms' 40th and 60th percentiles,
        two standard errors of a median of a hundred firms.
        range_agrees, dispersion_close: range and standard deviation within a factor of 1.25.
        higher_peak; shorter_tail: a higher peak and a smaller range.
        roa_seed_wider: the sample's standard deviation is larger and its peak lower.
        roa_bell: a bell distance below 0.05.
        correlations_kept: a mean error below the one that chance gives a correlation among as
        many firms.
        not_copies: no row equals a firm in every variable.
        main_characteristics: centre, dispersion, skewness and range all at once.
    """
    table = fidelity.compare(sample, synthetic) if table is None else table
    most = {
        "peaks_agree": table["peak_shift"] < 0.25,
        "skewness_agrees": table["skewness"] * table["synthetic_skewness"] > 0,
        "centre_kept": table["median_level"].between(0.4, 0.6),
        "range_agrees": table["range_ratio"].between(1 / CLOSE, CLOSE),
        "dispersion_close": table["sd_ratio"].between(1 / CLOSE, CLOSE),
        "higher_peak": table["peak_ratio"] > 1,
        "shorter_tail": (table["peak_ratio"] > 1) & (table["range_ratio"] < 1),
    }
    held = {name: bool(holds.mean() >= MOST) for name, holds in most.items()}
    example = table.loc["ROA"]
    error = fidelity.compare_correlations(sample, synthetic)["correlation_error"]
    main = ("centre_kept", "dispersion_close", "skewness_agrees", "range_agrees")
    return held | {
        "roa_seed_wider": bool(example["sd_ratio"] < 1 and example["peak_ratio"] > 1),
        "roa_bell": bool(example["synthetic_bell_distance"] < 0.05),
        "correlations_kept": bool(error < fidelity.chance_error(len(sample))),
        "not_copies": len(synthetic.merge(sample.drop_duplicates(), how="inner")) == 0,
        "main_characteristics": all(held[name] for name in main),
    }


def measure_all(jobs: Iterable[Job], *, executor: Executor | None = None) -> pd.DataFrame:
    """Make synthetic firms for many samples and recipes, and measure each set.

    Parameters
    ----------
    jobs : iterable of (labels, sample, recipe, seed)
        `labels` is a mapping that becomes the first columns of the row.
    executor : concurrent.futures.Executor, optional
        Who does the work; one after another if omitted. The table is the same.

    Returns
    -------
    pandas.DataFrame
        One row a job: labels, seed; quantile_error, reach_95, reach_99, sd_ratio (medians
        over the variables); target_sd_ratio; `fidelity.compare_correlations`; at_bounds; alarm;
        `fidelity.scores`;
        ``finding:<name>`` for every one of `statements`.
    """
    return pd.DataFrame(list((executor.map if executor else map)(_measure, list(jobs))))


def _measure(job: Job) -> dict[str, Any]:
    """Make and measure one set of synthetic firms."""
    from dataworth.potential.synthetic.augment import synthesize

    labels, sample, recipe, seed = job
    synthetic = synthesize(sample, recipe, seed=seed)
    table = fidelity.compare(sample, synthetic)
    medians = ["sd_ratio", "quantile_error", "reach_95", "reach_99"]
    held = statements(sample, synthetic, table)
    alarm = fidelity.collapse_alarm(sample, synthetic)
    return {
        **labels,
        "seed": seed,
        **table[medians].median().to_dict(),
        "target_sd_ratio": float(table.loc[TARGET, "sd_ratio"]),
        **fidelity.compare_correlations(sample, synthetic),
        "at_bounds": alarm.at_bounds,
        "alarm": alarm.rings,
        **fidelity.scores(sample, synthetic),
        **{f"finding:{name}": holds for name, holds in held.items()},
    }
