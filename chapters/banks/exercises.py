"""Questions of part *Banks* whose numbers differ from student to student."""

from math import floor, sqrt

from dataworth.course.exercises import compute, recall, steps

lexicon_near = recall(
    "banks/lexicon",
    "Two words have similar vectors. What follows?",
    right=["they are used in similar contexts"],
    wrong=[
        "they mean the same",
        "one may replace the other",
        "both are terms of data work",
        "they stand in the same report",
        "they are equally frequent",
    ],
    why="Similar in use is not similar in meaning. Read the list.",
)


@compute(
    "banks/lexicon",
    why="The cosine forgets how long vectors are, and so how frequent words are.",
    a=range(1, 8),
    b=range(1, 8),
    c=range(1, 8),
)
def lexicon_cosine(a, b, c):
    """A seed has the vector ({a}, {b}, 2), a word the vector (3, {c}, 1). What is the cosine of the
    angle between them?
    """
    return (3 * a + b * c + 2) / sqrt((a * a + b * b + 4) * (10 + c * c))


text_ratio = recall(
    "banks/text",
    "Two analysts count the same terms in the same report and differ by a third. What do you ask first?",
    right=["what each counted as the total of words", "what stands below the line of the ratio"],
    wrong=[
        "which of them is the better reader",
        "for the p-value",
        "how large the bank is",
        "what the bank paid",
        "for another report",
    ],
    why="A penetration rate is a ratio. Both of its parts are choices.",
)


@compute(
    "banks/text",
    why="Mentions that are bad news leave above the line, notes leave below it.",
    mentions=range(300, 901, 5),
    negative=range(5, 61),
    words=range(90_000, 160_001, 500),
    notes=range(30_000, 60_001, 500),
)
def text_rate(mentions, negative, words, notes):
    """A report of {words} words, {notes} of them in audited notes without any term, mentions terms
    {mentions} times, {negative} of them as bad news. What is the rate of good or neutral mentions
    over the words outside the notes, as a fraction?
    """
    return (mentions - negative) / (words - notes)


cost_flow = recall(
    "banks/cost",
    "Which quantity of *pay payable* can be negative in a quarter?",
    right=["the change of its balance"],
    wrong=[
        "its balance",
        "what was added to it",
        "the pay that was paid out",
        "the number of staff",
        "none",
    ],
    why="A balance, its change and what was added are three quantities. Name the one you mean.",
)


@compute(
    "banks/cost",
    why="A tax on the total is a tax on itself: it is divided by one less its rate.",
    capital=steps(0.1, 0.5, 0.01),
    tax=steps(0.05, 0.2, 0.005),
)
def cost_ratio(capital, tax):
    """Capital cost is {capital:.2f} of labour cost, and taxes are {tax:.1%} of total cost. What are
    all costs beside labour, over labour cost?
    """
    return (1 + capital) / (1 - tax) - 1


stationarity_null = recall(
    "banks/stationarity",
    "The Dickey–Fuller test does not reject. What have you shown?",
    right=["nothing that proves a unit root"],
    wrong=[
        "that the series has a unit root",
        "that the series is stationary",
        "that its first difference is stationary",
        "that the sample is too large",
        "that the model has no constant",
    ],
    why="Not to reject is not to prove. Pair it with a test whose null is the opposite.",
)


@compute(
    "banks/stationarity",
    why="A difference and each lag cost one row: the sample that counts is the smaller one.",
    n=range(37, 400),
)
def stationarity_rows(n):
    """A series has {n} observations. At the largest lag p that the rule
    floor(min(n/3, 12) · (n/100)^(1/4)) allows, how many rows has the regression of differences on
    the level before and p lagged differences?
    """
    return n - 1 - floor(min(n / 3, 12) * (n / 100) ** 0.25)


arima_noise = recall(
    "banks/arima",
    "A Ljung–Box test of the residuals has a p-value of 0.01. What does it say?",
    right=["that something is left in the residuals"],
    wrong=[
        "that the residuals are white noise",
        "that the model is the best one",
        "that the coefficients are significant",
        "that one more difference is needed",
        "nothing: the sample is too small",
    ],
    why="A low p-value of a test for white noise is bad news.",
)


@compute(
    "banks/arima",
    digits=4,
    why="A criterion printed per observation gives the likelihood away.",
    aic=steps(-1.5, 1.5, 0.037),
    n=range(50, 65),
    k=range(3, 7),
)
def arima_likelihood(aic, n, k):
    """A table prints an AIC of {aic} per observation, for {n} observations and {k} parameters, the
    variance among them. What is the log-likelihood?
    """
    return k - aic * n / 2


forecast_rival = recall(
    "banks/forecast",
    "Against which forecast must a model of quarterly profit hold its own first?",
    right=["last year's value of the same quarter"],
    wrong=[
        "the mean of all quarters",
        "zero",
        "a larger model of the same kind",
        "the forecast of an analyst",
        "the fitted values of the model",
    ],
    why="It costs nothing and knows the season.",
)


@compute(
    "banks/forecast",
    why="Say what is in the denominator: the two errors differ, and in sign.",
    error=[e for e in steps(-0.4, 0.4, 0.007) if abs(e) > 0.02],
)
def forecast_error(error):
    """A paper gives actual over forecast, less one, as {error}. What is forecast over actual, less
    one?
    """
    return 1 / (1 + error) - 1


discount_window = recall(
    "banks/discount",
    "What must stand beside a mean market return before anybody can check it?",
    right=["its window of years, and which mean it is"],
    wrong=[
        "the name of the software",
        "the number of banks in the sample",
        "the profit of the year before",
        "a p-value",
        "the date of the report",
    ],
    why="A mean over other years, or of another kind, is another number.",
)


@compute(
    "banks/discount",
    why="Beta multiplies the premium over the safe yield, not the market's return.",
    safe=steps(0.02, 0.04, 0.001),
    market=steps(0.07, 0.13, 0.002),
    beta=steps(0.3, 1.2, 0.05),
    specific=steps(0.02, 0.05, 0.005),
)
def discount_rate(safe, market, beta, specific):
    """Safe yields are {safe:.1%}, the market returns {market:.1%}, beta is {beta:.2f}, and the
    specific risk of data costs {specific:.1%}. What is the discount rate, as a fraction?
    """
    return safe + beta * (market - safe) + specific


income_cancel = recall(
    "banks/income",
    "A share of profit is computed as cost over profit, and then multiplied by profit. What is left?",
    right=["cost"],
    wrong=["profit", "the growth of profit", "the return on data", "risk", "a market price"],
    why="So the value by income cannot check the value by cost.",
)


@compute(
    "banks/income",
    digits=4,
    why="The whole value is cost times an annuity factor.",
    stock=range(500, 1501, 10),
    cost=range(100, 401, 5),
    rate=steps(0.06, 0.14, 0.0025),
    years=range(5, 16),
)
def income_value(stock, cost, rate, years):
    """Past costs of {stock} million yuan are not yet written off, this year's were {cost}. By the
    paper's formula, at a rate of {rate:.2%} over {years} years, what is the value by income in
    million yuan?
    """
    return (stock + cost) * sum((1 + rate) ** -t for t in range(1, years + 1))


verification_growth = recall(
    "banks/verification",
    "Profit grows more slowly every year, while spending on data rises. What does that show about "
    "returns to data?",
    right=["nothing by itself"],
    wrong=[
        "that they diminish",
        "that they are negative",
        "that they rise",
        "that they are constant",
        "that the bank spends too much",
    ],
    why="A growth rate that falls is not a marginal product that falls.",
)


@compute(
    "banks/verification",
    why="Average and marginal agree only where the elasticity is one.",
    profit=range(15, 31),
    cost=steps(0.2, 0.9, 0.02),
    elasticity=steps(0.05, 0.9, 0.05),
)
def verification_margin(profit, cost, elasticity):
    """Profit is {profit} billion yuan, data cost {cost} billion, and one per cent more data brings
    {elasticity} per cent more profit. What does the next yuan of data bring, in yuan?
    """
    return elasticity * profit / cost


methods_purpose = recall(
    "banks/methods",
    "Which value may be entered in the accounts of the firm that made the data?",
    right=["cost, less what is written off"],
    wrong=[
        "the value by income",
        "the mean of all methods",
        "what a market case paid",
        "the relief from royalty",
        "the value of the option to wait",
    ],
    why="Name the question before the method.",
)


@compute(
    "banks/methods",
    why="In the year of its making a cost is whole; then it falls in equal parts.",
    cost=range(80, 241, 4),
    growth=steps(0.0, 0.2, 0.01),
    life=range(3, 8),
)
def methods_stock(cost, growth, life):
    """This year's cost is {cost} million yuan, and costs grew by {growth:.0%} every year. With a life
    of {life} years and straight lines, a cost of k years ago counts 1 - k/{life}. What is the stock,
    in million yuan?
    """
    return sum(cost / (1 + growth) ** k * (1 - k / life) for k in range(life))
