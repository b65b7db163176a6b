"""Questions of part *Potential* whose numbers differ from student to student."""

from math import ceil, comb, sqrt

from dataworth.course.exercises import compute, recall, steps

sample_target = recall(
    "potential/sample",
    "What is the largest entry of the paper's target, by the public record?",
    right=["goodwill that stands in the wrong line", "no data asset at all, but goodwill"],
    wrong=[
        "data that a platform sells",
        "a licence of a network operator",
        "the data resources of a bank",
        "software under development",
        "an imputed median",
    ],
    why="Look at the largest value first and ask where it comes from.",
)


@compute(
    "potential/sample",
    why="A sum held against somebody else's sum is the cheapest check of a sample.",
    firms=range(80, 121),
    mean=steps(20, 40, 0.5),
    public=steps(1.2, 1.9, 0.05),
)
def sample_gap(firms, mean, public):
    """A table says that {firms} firms hold {mean} million yuan on average. A public count of
    the same firms adds up to {public} billion. How many million yuan are left unexplained?
    """
    return firms * mean - 1000 * public


augment_rows = recall(
    "potential/augment",
    "What do a hundred thousand rows drawn from a hundred firms add?",
    right=["no firm", "no information that the hundred firms do not hold"],
    wrong=[
        "the tails that a small sample misses",
        "smaller standard errors that may be trusted",
        "firms of other industries",
        "a test set that is independent of the sample",
        "missing values",
    ],
    why="Everything that the synthesizer knows it learned from the sample.",
)


@compute(
    "potential/augment",
    why="A batch larger than the sample turns each epoch into a single step.",
    firms=range(60, 141),
    batch=[10, 16, 20, 25, 32, 40, 50, 64, 500],
    epochs=[100, 150, 200, 250, 300, 400],
)
def augment_steps(firms, batch, epochs):
    """A network is trained on {firms} firms in batches of {batch}, the last one filled as far as it
    goes, for {epochs} epochs. How many steps does it take?
    """
    return ceil(firms / batch) * epochs


model_test = recall(
    "potential/model",
    "What does an error on rows drawn from the synthesizer measure?",
    right=["how well the model knows the synthesizer"],
    wrong=[
        "how well the model knows firms that were left out",
        "whether the drivers are causes",
        "the privacy of the sample",
        "the error on next year's firms",
        "nothing but chance",
    ],
    why="Keep firms apart before anything is fitted, the synthesizer included.",
)


@compute(
    "potential/model",
    why="R² and RMSE together give away the spread of the target they were measured on.",
    rmse=steps(2, 9, 0.1),
    r2=steps(0.02, 0.6, 0.02),
)
def model_spread(rmse, r2):
    """A paper prints an RMSE of {rmse} million yuan and an R² of {r2}. Which standard deviation of
    the target, in million yuan, do both imply?
    """
    return rmse / sqrt(1 - r2)


drivers_lot = recall(
    "potential/drivers",
    "Against what should the importance of a feature be held?",
    right=["its importance when amounts are dealt out by lot"],
    wrong=[
        "zero",
        "the importance of the first feature",
        "its rank in another paper",
        "one over the number of features",
        "its correlation with size",
    ],
    why="Some features are important to trees even where there is nothing to find.",
)


@compute(
    "potential/drivers",
    why="A contribution is a mean over the orders in which features may come in.",
    none=range(10, 31),
    research=range(31, 61),
    revenue=range(25, 51),
    both=range(60, 101),
)
def drivers_share(none, research, revenue, both):
    """A model of two features predicts {none} million yuan without either, {research} with research
    alone, {revenue} with revenue alone and {both} with both. What is the contribution of research?
    """
    return ((research - none) + (both - revenue)) / 2


shapes_opposite = recall(
    "potential/shapes",
    "What is the opposite of a threshold, when you ask whether a picture shows one?",
    right=["a slope", "a steady rise without a step"],
    wrong=[
        "no relation at all",
        "a falling line",
        "a curve with a peak",
        "another threshold",
        "random noise",
    ],
    why="A threshold that shows as often on a slope says nothing about thresholds.",
)


@compute(
    "potential/shapes",
    why="Between its breaks a ramp is a straight line; beyond them it is level.",
    low=steps(2, 5, 0.5),
    high=steps(8, 14, 0.5),
    rise=range(10, 41),
    x=steps(3, 12, 0.5),
)
def shapes_ramp(low, high, rise, x):
    """A ramp is level up to {low}, rises by {rise} in all until {high}, and is level again. How far
    has it risen at {x}?
    """
    return rise * min(max((x - low) / (high - low), 0), 1)


adoption_two = recall(
    "potential/adoption",
    "What can a sample of firms that all recognize data not tell?",
    right=["which firms will recognize data", "who adopts and who does not"],
    wrong=[
        "how much such firms show",
        "which accounts they use",
        "whether large firms show more than small ones",
        "the median amount",
        "the industry of the largest",
    ],
    why="Whether and how much are two questions, with two sets of drivers.",
)


@compute(
    "potential/adoption",
    why="Several times better than chance may still be wrong nearly always.",
    hits=range(3, 16),
    listed=[50, 100, 150, 200],
    newcomers=range(30, 61),
    firms=[4800, 5000, 5200, 5400],
)
def adoption_lift(hits, listed, newcomers, firms):
    """A list of {listed} firms holds {hits} of the {newcomers} newcomers among {firms} firms. How
    many times better than chance is it?
    """
    return (hits / listed) / (newcomers / firms)


scan_verify = recall(
    "potential/scan",
    "A model's predictions are averaged by industry, and the ranking agrees with the model's drivers. "
    "What does that verify?",
    right=["nothing: the scan repeats the model"],
    wrong=[
        "the drivers",
        "the ranking",
        "that the sample was representative",
        "that the market is efficient",
        "the synthesizer",
    ],
    why="Agreement of a model with itself is no verification.",
)


@compute(
    "potential/scan",
    why="Three firms can carry a ranking. Take them out and look again.",
    firms=range(12, 61),
    mean=steps(10, 40, 0.5),
    largest=range(200, 401, 5),
)
def scan_without(firms, mean, largest):
    """The {firms} firms of a section have a mean of {mean} million yuan; the largest has {largest}.
    What is the mean without it? It may well be below zero: say so all the same.
    """
    return (firms * mean - largest) / (firms - 1)


stress_lot = recall(
    "potential/stress",
    "What is it for to run a whole procedure on outcomes that were dealt out by lot?",
    right=["to hear what it reports when there is nothing to find"],
    wrong=[
        "to make it faster",
        "to tune its settings",
        "to estimate the effect without bias",
        "to fill in missing values",
        "to prove that the paper is wrong",
    ],
    why="What it reports then is its own voice.",
)


@compute(
    "potential/stress",
    why="Three right names are less of a surprise than they sound, if many would do.",
    features=range(10, 19),
    drivers=range(3, 8),
)
def stress_chance(features, drivers):
    """Of {features} features {drivers} are true drivers. A method names three of them by lot. How
    likely are all three true?
    """
    return comb(drivers, 3) / comb(features, 3)
