r"""What one loan on data must cost, part by part, and what would have to be true for a rate.

Beyond paper `finance`, which prints no rate. To funds and expected loss (`loan`) come the
capital that a bank must hold, tax on its return, handling, a guarantee and a subsidy. Money
in yuan; rates and shares are fractions, a year where they are rates.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError
from dataworth.finance import FUNDING_RATE, record
from dataworth.finance.pledge.loan import (
    Pledge,
    bearable_loan_to_value,
    expected_loss,
    highest_default,
    loss_for_rate,
    rate_for_loss,
    unsecured,
)
from dataworth.finance.pledge.value_shape import lognormal
from dataworth.inputs.mapping import read_mapping
from dataworth.inputs.tables.numbers import parse_number

YUAN = ("loan", "value")
# What may be more than one: the others are rates and shares.
HIGHEST = dict.fromkeys(YUAN, np.inf) | {"years": 50.0, "years_to_sell": 20.0, "spread": 3.0}
HIGHEST |= {"risk_weight": 12.5}
UNUSUAL = {
    "loan": (1e5, 1e9),
    "rate": (0.015, 0.15),
    "years": (0.25, 10),
    "default_probability": (0.002, 0.2),
    "recovery": (0, 0.9),
    "funding_rate": (0.005, 0.06),
    "risk_weight": (0.2, 1.5),
    "handling": (0, 0.03),
}


@dataclass(frozen=True)
class Case:
    """A credit officer's loan: borrower, asset, terms of the lender.

    `value` is the appraised value, `rate` what the borrower would pay the bank,
    `guarantee_share` the part of a loss that a guarantor bears, `subsidy` what the state
    pays of the rate. The other terms are those of `loan.Pledge`; `spread` is the deviation of
    the logarithm of the value.
    """

    borrower: str
    asset: str
    loan: float
    value: float
    rate: float
    years: float = 1.0
    default_probability: float = 0.04
    recovery: float = 0.3
    correlation: float = 0.3
    decay: float = 0.25
    years_to_sell: float = 0.5
    spread: float = 0.6
    funding_rate: float = FUNDING_RATE
    risk_weight: float = 0.75
    capital_ratio: float = 0.105
    capital_return: float = 0.11
    tax: float = 0.25
    handling: float = 0.005
    guarantee_share: float = 0.0
    guarantee_fee: float = 0.0
    subsidy: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self)[2:]:
            number, low = getattr(self, field.name), -1 if field.name == "correlation" else 0
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise InputError(f"{field.name}: expected a number, found {number!r}")
            high = HIGHEST.get(field.name, 1.0)
            if not low <= number <= high:
                raise InputError(f"{field.name}: expected {low:g} to {high:g}, found {number:g}")
        if not (self.loan > 0 and self.value >= self.loan and self.years > 0):
            raise InputError(
                "loan, value, years: expected more than 0, and a value of the loan or more"
            )
        if not (self.tax < 1 and self.guarantee_share < 1):
            raise InputError("tax, guarantee_share: expected less than 1")

    @property
    def pledge(self) -> Pledge:
        """The loan as a pledge."""
        own = {f.name: getattr(self, f.name) for f in fields(Pledge) if f.name != "haircut"}
        return Pledge(haircut=1 - self.loan / self.value, **own)


def waterfall(case: Case) -> pd.Series:
    """Return the parts of the rate that the borrower must pay; they add up to the last.

    A bank asks for its funds, the expected loss that it bears, the return on the capital
    that the loan binds (less what the funds would have cost), tax on that return, and
    handling, all of it from those who pay. The borrower pays the guarantor beside it, and
    gets the subsidy.
    """
    pledge = case.pledge
    lost = float(expected_loss(lognormal(case.spread), pledge))
    costs = {"expected loss": lost, "borne by the guarantor": -case.guarantee_share * lost}
    costs |= _costs(case)
    steps = rate_for_loss(pledge, np.cumsum([0, *costs.values()]))
    parts = {"funds": float(steps[0]), **dict(zip(costs, np.diff(steps), strict=True))}
    parts |= {"guarantee fee": case.guarantee_fee, "subsidy": 0.0 - case.subsidy}
    return pd.Series(parts | {"all in": sum(parts.values())})


def must_be_true(case: Case) -> dict[str, float]:
    """Return what the bank's rate would take: break_even, loan_to_value, borne, default.

    `borne` is the largest loan over value, `default` the highest yearly probability of default,
    at which the rate covers funds, loss, capital, tax and handling, all else as given.
    """
    parts, shape = waterfall(case), lognormal(case.spread)
    costs, borne = sum(_costs(case).values()), 1 - case.guarantee_share
    left = (float(loss_for_rate(case.pledge, case.rate)) - costs) / borne
    return {
        "break_even": parts["all in"] - parts["guarantee fee"] - parts["subsidy"],
        "loan_to_value": case.loan / case.value,
        "borne": float(np.minimum(bearable_loan_to_value(shape, case.pledge, left), 1)),
        "default": highest_default(shape, case.pledge, case.rate, costs=costs, borne=borne),
    }


def answers(case: Case) -> list[str]:
    """Return what the loan costs, what it rests on, and what would make it pay, as sentences."""
    parts, needed = waterfall(case), must_be_true(case)
    pays = "covers" if case.rate >= needed["break_even"] else "does not cover"
    known = lognormal(case.spread)
    alone = float(rate_for_loss(case.pledge, expected_loss(known, unsecured(case.pledge))))
    saved = alone - float(rate_for_loss(case.pledge, expected_loss(known, case.pledge)))
    return [
        f"The bank's rate of {case.rate:.2%} {pays} its costs; it would have to be "
        f"{needed['break_even']:.2%}. All in, the borrower then pays {parts['all in']:.2%}.",
        f"The loan is {needed['loan_to_value']:.0%} of the appraised value. At {case.rate:.2%}, "
        f"with all else as given, {needed['borne']:.0%} can be borne.",
        f"At that rate it pays if the borrower defaults in at most {needed['default']:.2%} of "
        f"years; given are {case.default_probability:.2%}.",
        f"Funds and loss alone would cost {alone:.2%} without the pledge, "
        f"{100 * saved:.2f} points more than with it.",
    ]


def nearest(case: Case, count: int = 5) -> pd.DataFrame:
    """Return the listed loans whose amounts are nearest to the case's, by ratio."""
    loans = record.listed_loans()
    gap = np.abs(np.log(loans["amount_yuan"] / case.loan))
    return loans.loc[gap.sort_values(kind="stable").index[:count]].drop(columns="seq")


def read_case(text: str, name: str) -> Case:
    """Return the case that a YAML text holds.

    Raises
    ------
    InputError
        See `read_mapping`; or a name is unknown or missing, or a number out of its range.
    """
    known = [field.name for field in fields(Case)]
    try:
        given = read_mapping(text)
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    wrong = [key for key in given if key not in known]
    missing = [key for key in known[:5] if key not in given]
    if wrong or missing:
        expected, found = ", ".join(missing or known), ", ".join(wrong or given)
        raise InputError(f"{name}: expected {expected}, found {found}")
    try:
        return Case(**{key: _number(key, value) for key, value in given.items()})
    except (InputError, ValueError) as error:
        raise InputError(f"{name}: {error}") from None


def warnings(case: Case) -> list[str]:
    """Return what is unusual in a case: read as it stands, and worth a second look."""
    found = [
        f"{name}: {getattr(case, name):,g} is outside the usual {low:,g} to {high:,g}"
        for name, (low, high) in UNUSUAL.items()
        if not low <= getattr(case, name) <= high
    ]
    if case.rate - case.subsidy < case.funding_rate:
        found.append(f"rate: {case.rate:.2%} is below the cost of funds, {case.funding_rate:.2%}")
    return found


def _number(key: str, value: Any) -> Any:
    """Read an amount with its unit, such as 500万, and a rate such as 4.5%."""
    if key in ("borrower", "asset"):
        return str(value)
    if not isinstance(value, str):
        return value
    percent = key not in YUAN and value.strip().endswith(("%", "％"))
    try:
        return parse_number(value.strip("%％ ")) / 100 if percent else parse_number(value)
    except ValueError as error:
        raise InputError(f"{key}: {error}") from None


def template(case: Case) -> str:
    """Return a case as YAML, for `read_case`."""
    import yaml

    return yaml.safe_dump(asdict(case), sort_keys=False, allow_unicode=True)


def _costs(case: Case) -> dict[str, float]:
    """Return what the loan costs beside funds and loss, per yuan lent over the term."""
    capital, net = case.risk_weight * case.capital_ratio, case.capital_return
    return {
        "capital": capital * max(net - case.funding_rate, 0) * case.years,
        "tax": capital * net * case.tax / (1 - case.tax) * case.years,
        "handling": case.handling * case.years,
    }
