"""The search over ARMA orders against pmdarima and a plain grid."""

from __future__ import annotations

import warnings

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
    """Time the order search against pmdarima and a plain grid; report the gap in AIC."""
    import numpy as np
    import pmdarima
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    from dataworth.banks.series.arima import search_orders

    frame = simulated_series()
    warnings.simplefilter("ignore")
    found: dict[str, np.ndarray] = {}

    def ours() -> None:
        best = [search_orders(frame[name], **ORDERS)["AIC"].iloc[0] for name in frame]
        found["ours"] = np.array(best) * len(frame)

    def grid() -> None:
        found["grid"] = np.array([best_of_grid(frame[name]) for name in frame])

    def best_of_grid(series) -> float:
        orders = [(p, 0, q) for p in range(4) for q in range(4)]
        return min(SARIMAX(series, order=o, trend="c").fit(disp=0).aic for o in orders)

    def auto() -> None:
        options = {"d": 0, "seasonal": False, "with_intercept": True, "suppress_warnings": True}
        fits = (
            pmdarima.auto_arima(frame[n], **ORDERS, **options, start_p=1, start_q=1) for n in frame
        )
        found["auto"] = np.array([fit.aic() for fit in fits])

    search_orders(frame.iloc[:, 0], **ORDERS)  # first call loads the library
    times = {name: seconds(work) for name, work in (("ours", ours), ("auto", auto), ("grid", grid))}
    measured = []
    names = {"auto": "pmdarima auto_arima (stepwise)", "grid": "statsmodels over the same grid"}
    for name, label in names.items():
        gap = found[name] - found["ours"]
        figures = (
            f"{times['ours']:.1f} s against {times[name]:.1f} s; their best AIC minus ours: "
            f"mean {gap.mean():+.2f}, from {gap.min():+.2f} to {gap.max():+.2f}"
        )
        what = "order search over 123 series, 16 orders each"
        measured.append(Row(what, label, times["ours"] / times[name], figures))
    return measured
