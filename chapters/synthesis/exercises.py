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
