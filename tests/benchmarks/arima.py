"""The search over ARMA orders against that of statsforecast."""

from __future__ import annotations

import warnings
from functools import partial

from tests.benchmarks import Row, seconds

ORDERS = {"max_p": 3, "max_q": 3}


def simulated_series():
    """Simulate 123 series of 64 quarters (41 banks, three series each) with known orders."""
    import numpy as np
    import pandas as pd
    from statsmodels.tsa.arima_process import ArmaProcess

    generator = np.random.default_rng(20260122)
    columns = {}
    for number in range(123):
        p, q = generator.integers(0, 3, 2)
        ar, ma = generator.uniform(-0.4, 0.4, p), generator.uniform(-0.4, 0.4, q)
        process = ArmaProcess.from_coeffs(ar, ma)
        columns[f"series {number}"] = 0.1 + process.generate_sample(
            64, distrvs=generator.standard_normal, burnin=100
        )
    return pd.DataFrame(columns)


def rows() -> list[Row]:
    """Time the order search against statsforecast's, and report the gap in AIC.

    Without a mean both search the same models. With one, statsforecast also tries each order
    without it, and where it wins has a term less to pay for. Both count the variance.
    """
    import numpy as np

    from dataworth.banks.series.arima import search_orders

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from statsforecast.arima import auto_arima_f

    frame = simulated_series()
    found: dict[tuple, np.ndarray] = {}
    plain = {"d": 0, "D": 0, "max_order": 6, "seasonal": False, "ic": "aic"}

    def ours(*, mean: bool) -> None:
        best = [search_orders(frame[n], constant=mean, **ORDERS)["AIC"].iloc[0] for n in frame]
        found["ours", mean] = np.array(best) * len(frame)

    def theirs(*, mean: bool, stepwise: bool) -> None:
        options = ORDERS | plain | {"allowmean": mean, "stepwise": stepwise, "approximation": False}
        with warnings.catch_warnings():  # about steps that overflow
            warnings.simplefilter("ignore")
            fits = [auto_arima_f(frame[name].to_numpy(), **options) for name in frame]
        found[stepwise, mean] = np.array([fit["aic"] for fit in fits])

    search_orders(frame.iloc[:, 0], **ORDERS)  # first call loads the library
    own = {mean: seconds(partial(ours, mean=mean)) for mean in (False, True)}
    measured = []
    for mean, stepwise in ((False, True), (False, False), (True, True)):
        time = seconds(partial(theirs, mean=mean, stepwise=stepwise))
        gap = found[stepwise, mean] - found["ours", mean]
        figures = (
            f"{own[mean]:.1f} s against {time:.1f} s; their best AIC minus ours: "
            f"mean {gap.mean():+.2f}, from {gap.min():+.2f} to {gap.max():+.2f}, "
            f"lower in {(gap < -0.01).sum()} of {len(gap)}"
        )
        what = f"order search over 123 series, 16 orders each, with{'' if mean else 'out'} a mean"
        against = f"statsforecast AutoARIMA, {'stepwise' if stepwise else 'its full grid'}"
        measured.append(Row(what, against, own[mean] / time, figures))
    return measured
