"""Questions of the last part whose numbers differ from student to student."""

from dataworth.course.exercises import compute, recall, steps

ledger_open = recall(
    "synthesis/ledger",
    "What does the verdict *open* say about a claim?",
    right=["its check needs data that are not public"],
    wrong=[
        "it is probably wrong",
        "it was not looked at",
        "it is right within rounding",
        "it was withdrawn",
        "a reconstruction contradicts it",
    ],
    why="Open is not a polite word for wrong.",
)


@compute(
    "synthesis/ledger",
    why="A finding is worth as much as it is rare where nothing is to be found.",
    shown=range(60, 100),
    false=range(10, 58),
)
def ledger_ratio(shown, false):
    """A finding shows in {shown} of 100 trials where it is true, and in {false} of 100 in the nearest
    world where it is not. What is its evidence ratio?
    """
    return shown / false


worth_purpose = recall(
    "synthesis/worth",
    "What has to be settled before an asset of data is valued?",
    right=["what the value is for"],
    wrong=[
        "which method gives the most",
        "the mean of all methods",
        "the price that the owner hopes for",
        "how many records there are",
        "the name of the file",
    ],
    why="Each method answers a question of its own.",
)


@compute(
    "synthesis/worth",
    why="An interval in a loan's terms: the lender counts the low end.",
    low=range(20, 61),
    ratio=steps(0.2, 0.6, 0.02),
)
def worth_loan(low, ratio):
    """The low end of an asset's value is {low} million yuan, and a lender lends {ratio} of it. How
    many million yuan is the loan?
    """
    return low * ratio


bank_first = recall(
    "synthesis/bank_data",
    "A value of a bank's data is to be entered in its accounts. Which amount may be the basis?",
    right=["what the data cost"],
    wrong=[
        "the middle of the reconciled range",
        "the value in use to the bank",
        "what a buyer would pay",
        "the value that an appraiser signs",
    ],
    why="The accounts take cost; a valuation answers another question.",
)


@compute(
    "synthesis/bank_data",
    why="The life that is assumed decides what is left.",
    cost=range(50, 151),
    life=range(5, 11),
    age=range(1, 5),
)
def bank_stock(cost, life, age):
    """Data cost {cost} million yuan and are written off in equal parts over {life} years. What is
    left after {age} years, in million yuan?
    """
    return cost * (1 - age / life)


portraits_first = recall(
    "synthesis/merchant_portraits",
    "Portraits of merchants are to be pledged. What does a lender ask about the data first?",
    right=["what a sale brings when the owner has failed"],
    wrong=[
        "what the owner earns with them while it lives",
        "how many merchants they describe",
        "what they cost to collect",
        "the highest offer of a year ago",
    ],
    why="A lender needs the data only when the owner has failed.",
)


@compute(
    "synthesis/merchant_portraits",
    why="A forced sale, not the appraisal, is what covers a loan.",
    value=range(20, 61),
    sale=steps(0.2, 0.6, 0.02),
    cost=steps(0.5, 2, 0.1),
)
def portraits_sale(value, sale, cost):
    """Portraits are appraised at {value} million yuan. A forced sale brings {sale} of that and costs
    {cost} million. What does the lender get, in million yuan?
    """
    return value * sale - cost


machine_first = recall(
    "synthesis/machine_data",
    "Data of machines grow stale. What does decay change in a value by income?",
    right=["what each later year still brings"],
    wrong=[
        "the rate at which years are discounted",
        "what the data cost",
        "the last year of the rights",
        "the tax on each year's income",
    ],
    why="Decay takes from income year by year; rights end it at once.",
)


@compute(
    "synthesis/machine_data",
    why="What decays fast is worth little, however long the rights last.",
    income=range(5, 31),
    decay=steps(0.05, 0.4, 0.05),
    year=range(2, 7),
)
def machine_decay(income, decay, year):
    """Data bring {income} million yuan in the first year, and every year {decay} less than in the year
    before, as a fraction. What do they bring in year {year}, in million yuan?
    """
    return income * (1 - decay) ** (year - 1)
