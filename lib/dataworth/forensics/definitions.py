"""Relations that papers print and that the method rooms compute with: one definition each.

The first line of each docstring stands in the ledger's notes.
"""

from __future__ import annotations

from dataworth.errors import InputError


def capm_rate(risk_free: float, beta: float, market_return: float, specific: float = 0.0) -> float:
    r"""Return the risk-free rate, plus beta times the market premium, plus specific risk.

    .. math:: R_d = R_f + \beta (R_m - R_f) + \varepsilon

    The capital asset pricing model with a premium for the asset. It rises in :math:`R_f`
    as long as :math:`\beta < 1`, and in every other argument as long as :math:`\beta` and
    the market premium are positive.

    Parameters
    ----------
    risk_free, market_return, specific : float or array_like
        Fractions a year.
    beta : float or array_like
        Systematic risk. All four broadcast.

    Notes
    -----
    Source: paper `banks`, equation (1); `discount-rate` of chapter banks/discount.

    Examples
    --------
    >>> round(capm_rate(0.03, 0.5, 0.09, 0.02), 4)
    0.08
    """
    return risk_free + beta * (market_return - risk_free) + specific


def non_labour_ratio(capital_ratio: float, tax_share: float) -> float:
    """Return total cost over labour cost, less one.

    Labour is 1 and capital is `capital_ratio`; taxes are `tax_share` of the total, so the
    total T solves T = 1 + capital_ratio + tax_share T.

    Parameters
    ----------
    capital_ratio : float
        Capital cost over labour cost.
    tax_share : float
        Taxes and fees over total cost, below 1.

    Returns
    -------
    float
        T - 1 = (1 + capital_ratio) / (1 - tax_share) - 1: non-labour cost over labour cost.

    Raises
    ------
    InputError
        A negative capital ratio, or a tax share outside [0, 1).

    Notes
    -----
    Source: paper `banks`, section 4.2, which prints the inputs and the rounded result.

    Examples
    --------
    >>> round(non_labour_ratio(0.45, 0.14), 3)
    0.686
    """
    if capital_ratio < 0:
        raise InputError(f"capital_ratio: expected zero or more, found {capital_ratio}")
    if not 0 <= tax_share < 1:
        raise InputError(f"tax_share: expected at least 0 and below 1, found {tax_share}")
    return (1 + capital_ratio) / (1 - tax_share) - 1


def target_deviation(r_squared: float, rmse: float) -> float:
    """Return the standard deviation of the target that R-squared and RMSE imply.

    R² = 1 - MSE / s² on the rows that both were measured on, with s² divided by
    their number. So s = RMSE / √(1 - R²), whatever the model.

    Raises
    ------
    InputError
        R² is not below 1, or RMSE not above 0.
    """
    if not r_squared < 1 or not rmse > 0:
        raise InputError(f"expected r2 < 1 and rmse > 0, found {r_squared} and {rmse}")
    return rmse / (1 - r_squared) ** 0.5
