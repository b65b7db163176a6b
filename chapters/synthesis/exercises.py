"""Questions of the last part whose numbers differ from student to student."""

from dataworth.course.exercises import compute, recall

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
