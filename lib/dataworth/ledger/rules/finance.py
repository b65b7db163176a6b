"""Relations of finance and of cost accounting."""

from __future__ import annotations


def discount_rate(
    risk_free_rate: float, beta: float, market_return: float, specific_risk: float
) -> float:
    """Risk-free rate, plus beta times the market premium, plus specific risk.

    R = R_f + β (R_m - R_f) + ε: the capital asset pricing model with a premium
    for the asset. Source: paper 001, equation (1). It rises in R_f as long as
    β < 1, and in every other argument as long as β and the premium are
    positive.
    """
    return risk_free_rate + beta * (market_return - risk_free_rate) + specific_risk


def non_labour_ratio(capital_ratio: float, tax_share: float) -> float:
    """Total cost over labour cost, less one.

    Let labour cost be 1, capital cost c, and taxes a share t of the total. Then
    total = 1 + c + t total, so total = (1 + c) / (1 - t), and everything but
    labour is total - 1. With c = 0.45 and t = 0.14 that is 1.45 / 0.86 - 1 =
    0.686. Source: paper 001, section 4.2.
    """
    return (1 + capital_ratio) / (1 - tax_share) - 1
