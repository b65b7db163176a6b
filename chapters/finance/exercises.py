"""Questions of part *Finance* whose numbers differ from student to student."""

from dataworth.course.exercises import compute, recall, steps

record_both = recall(
    "finance/record",
    "What do public lists of loans on data hardly ever tell together?",
    right=["the value of the data and the loan on them"],
    wrong=[
        "the borrower and the bank",
        "the borrower and the date",
        "the city and the bank",
        "the loan and its year",
        "the bank and its size",
    ],
    why="Ask for both, of the same data, at the same date.",
)


@compute(
    "finance/record",
    why="Entry at cost moves a ratio as far as the entry is large, and no farther.",
    debt=range(300, 801, 5),
    assets=range(1000, 1401, 10),
    data=steps(1, 40, 0.5),
)
def record_leverage(debt, assets, data):
    """A firm owes {debt} million yuan and has assets of {assets} million. It enters data of {data}
    million yuan that no account held before. What is its leverage then, as a fraction?
    """
    return debt / (assets + data)


procedure_gate = recall(
    "finance/procedure",
    "A procedure has ten steps. What makes it more than a list?",
    right=["what each step needs before it may begin"],
    wrong=[
        "the number of its steps",
        "the names of the offices",
        "that it was printed",
        "its length in days",
        "that one firm went through it",
    ],
    why="Conditions can be checked against dates; a list cannot.",
)


@compute(
    "finance/procedure",
    why="A way that costs the same for every loan is for large loans.",
    cost=range(60, 301, 5),
    saved=steps(0.5, 3, 0.05),
    years=range(2, 5),
)
def procedure_even(cost, saved, years):
    """The way to a loan on data costs {cost} thousand yuan once, and makes the loan cheaper by {saved}
    percentage points a year for {years} years, without compounding. From which loan on, in million
    yuan, is it worth it?
    """
    return cost / 1000 / (saved / 100 * years)


scorecard_count = recall(
    "finance/portraits",
    "What limits how much a sample of loans can say about a scorecard?",
    right=["the number of bad loans"],
    wrong=[
        "the number of loans",
        "the number of columns",
        "the largest loan",
        "the mean rate of interest",
        "the number of branches",
    ],
    why="Count the bad loans, not the loans.",
)


@compute(
    "finance/portraits",
    why="KS is the largest such gap over all limits of the score.",
    bad=range(20, 61),
    caught=range(10, 20),
    good=range(200, 501, 5),
    refused=range(20, 81),
)
def scorecard_gap(bad, caught, good, refused):
    """Below a limit of the score lie {caught} of {bad} bad loans and {refused} of {good} good ones.
    How far apart are the two shares?
    """
    return caught / bad - refused / good


rationing_rate = recall(
    "finance/rationing",
    "Why may a lender turn firms away instead of asking a higher rate?",
    right=["a higher rate drives good firms away first"],
    wrong=[
        "the law sets one rate for all",
        "it has run out of money",
        "small firms never repay",
        "data are too dear",
        "it does not know its own costs",
    ],
    why="This is adverse selection: the rate changes who stays.",
)


@compute(
    "finance/rationing",
    why="Who repays must pay for who does not.",
    funds=steps(0.02, 0.05, 0.0025),
    success=steps(0.85, 0.98, 0.01),
    left=steps(0.1, 0.6, 0.05),
)
def rationing_even(funds, success, left):
    """Funds cost {funds:.2%}. A share {success} of borrowers repays with interest; of a loan to the
    others {left} of what was lent comes back. Which rate lets the lender break even, as a fraction?
    """
    return (1 + funds - (1 - success) * left) / success - 1


competition_lead = recall(
    "finance/rationing",
    "One lender knows more than its rival. Who gains from the difference?",
    right=["the informed lender"],
    wrong=[
        "all borrowers",
        "the uninformed lender",
        "borrowers without data",
        "the regulator",
        "nobody",
    ],
    why="The lead in information is the informed lender's whole profit.",
)


@compute(
    "finance/rationing",
    why="The winner's curse: who gets the customer was often refused before.",
    sound=steps(0.5, 0.9, 0.02),
    accuracy=steps(0.6, 0.95, 0.05),
)
def competition_curse(sound, accuracy):
    """A share {sound} of firms is sound. The informed lender reads a firm rightly with probability
    {accuracy}, sound or not, and refuses those it reads as unsound. Which share of the refused is
    sound?
    """
    wrongly = sound * (1 - accuracy)
    return wrongly / (wrongly + (1 - sound) * accuracy)


pledge_haircut = recall(
    "finance/pledge",
    "Where does the haircut of a pledge come from?",
    right=["what a sale brings after the borrower has failed"],
    wrong=[
        "the caution of the credit officer",
        "the cost of making the data",
        "the borrower's profit",
        "the number of users of the data",
        "the tax rate",
    ],
    why="Improve the market for data, and it shrinks.",
)


@compute(
    "finance/pledge",
    why="What the pledge must bear is the loss that the lender does not allow itself.",
    default=steps(0.02, 0.1, 0.005),
    sale=steps(0.2, 0.6, 0.02),
    target=steps(0.004, 0.015, 0.001),
)
def pledge_share(default, sale, target):
    """A borrower fails with probability {default}; the data then sell for {sale} of their appraised
    value. The lender allows an expected loss of {target} of each yuan lent. Which share of the
    appraised value can it lend?
    """
    return sale / (1 - target / default)


receivables_adds = recall(
    "finance/portraits",
    "A provider offers portraits of merchants. Which number do you ask for?",
    right=["the AUC that the portrait adds, on merchants not used to fit it"],
    wrong=[
        "the AUC on its own customers",
        "the number of columns",
        "the number of merchants that it knows",
        "the share of loans that it recommends",
        "the price of its competitors",
    ],
    why="What counts is what is added to what the books say.",
)


@compute(
    "finance/portraits",
    digits=4,
    why="A portrait removes one part of the price. Time and the core firm remain.",
    face=range(200, 901, 10),
    days=[30, 45, 60, 75, 90, 120],
    rate=steps(0.04, 0.1, 0.005),
    failure=steps(0.005, 0.05, 0.0025),
)
def receivables_price(face, days, rate, failure):
    """A claim of {face} thousand yuan is due in {days} days and fails with probability {failure:.2%},
    with nothing left. Money costs {rate:.1%} a year of 360 days, without compounding. What is the claim
    worth today, in thousand yuan?
    """
    return face * (1 - failure) / (1 + rate * days / 360)


flywheel_credit = recall(
    "finance/flywheel",
    "A provider took a loan and grew. What must be known before the loan gets the credit?",
    right=["the path without the loan"],
    wrong=[
        "the rate of the loan",
        "the size of the loan",
        "the number of clients",
        "the value of the pledge",
        "the year of the loan",
    ],
    why="Before you credit a loan with growth, run the path without it.",
)


@compute(
    "finance/flywheel",
    why="Where the wheel comes to rest hangs on how fast data go stale.",
    inflow=range(50, 401, 5),
    decay=steps(0.1, 0.6, 0.02),
)
def flywheel_rest(inflow, decay):
    """Every year {inflow} thousand records come in, and a share {decay} of those in stock goes stale.
    At which stock, in thousand records, does the wheel come to rest?
    """
    return inflow / decay
