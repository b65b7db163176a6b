"""Synthetic firms drawn from a synthesizer that was fitted to the seed firms.

Paper `potential`, section 2.2, Table 3. The paper's synthesizer is the tabular variational
autoencoder (TVAE, Xu et al. 2019) of the package SDV. Beside it stand the same autoencoder on
logarithms, CTGAN, a Gaussian copula and a smoothed bootstrap.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from dataworth.errors import InputError

SYNTHESIZERS = ("tvae", "tvae_log", "ctgan", "copula", "bootstrap")
_TRAINED = ("tvae", "tvae_log", "ctgan")
_TABLE = "firms"
SKEWED = 1.0  # sample skewness beyond which a column is modelled on a logarithmic scale
_GLOBALS = Lock()  # SDV draws from the process's one generator; threads take turns
PACKED = 10  # rows that CTGAN's discriminator judges together, SDV's default


@dataclass(frozen=True)
class Recipe:
    """How synthetic firms are made; the defaults are the paper's.

    Attributes
    ----------
    synthesizer : {"tvae", "tvae_log", "ctgan", "copula", "bootstrap"}
    epochs : int
        Passes over the sample; copula and bootstrap have none.
    batch_size : int
        Rows of one training step; copula and bootstrap have none.
    rows : int
        Synthetic firms that are drawn.

    Raises
    ------
    InputError
        An unknown synthesizer, a number below 1, or a batch that CTGAN cannot pack.
    """

    synthesizer: str = "tvae"
    epochs: int = 300
    batch_size: int = 500
    rows: int = 100_000

    def __post_init__(self) -> None:
        if self.synthesizer not in SYNTHESIZERS:
            raise InputError(
                f"synthesizer: expected one of {', '.join(SYNTHESIZERS)}, "
                f"found {self.synthesizer!r}"
            )
        for name in ("epochs", "batch_size", "rows"):
            if getattr(self, name) < 1:
                raise InputError(f"{name}: expected at least 1, found {getattr(self, name)}")
        if self.synthesizer == "ctgan" and self.batch_size % PACKED:
            raise InputError(
                f"batch_size: CTGAN needs a multiple of {PACKED}, found {self.batch_size}"
            )

    def gradient_steps(self, firms: int) -> int:
        """Return how many times training changes the weights, for a sample of this size.

        An epoch has as many steps as it has batches, the last one not full; CTGAN counts
        only full ones, and makes one step if there is none.
        """
        if self.synthesizer not in _TRAINED:
            return 0
        full, rest = divmod(firms, self.batch_size)
        if self.synthesizer == "ctgan":
            return self.epochs * max(full, 1)
        return self.epochs * (full + (rest > 0))


def printed_configuration() -> dict[str, Any]:
    """Return Table 3 under the names of SDV's TVAE parameters."""
    from dataworth.ledger import read_printed

    printed = read_printed("potential")
    whole = {name: int(printed(f"t3.{name}")) for name in ("embedding_dim", "batch_size", "epochs")}
    layers = {
        name: (int(printed(f"t3.{name}.first")), int(printed(f"t3.{name}.second")))
        for name in ("compress_dims", "decompress_dims")
    }
    return {**whole, **layers, "l2scale": printed("t3.l2scale")}


def default_configuration() -> dict[str, Any]:
    """Return what the installed SDV takes where nothing is said, for Table 3's parameters."""
    from sdv.single_table import TVAESynthesizer

    given = inspect.signature(TVAESynthesizer).parameters
    return {name: given[name].default for name in printed_configuration()}


def synthesize(sample: pd.DataFrame, recipe: Recipe, *, seed: int) -> pd.DataFrame:
    """Fit a synthesizer to a sample and draw rows from it.

    Parameters
    ----------
    sample : pandas.DataFrame, shape (firms, columns)
        Numbers; none missing.
    recipe : Recipe
    seed : int
        Of everything that is random: start of the weights, batches, noise and drawn rows.
        SDV alone would draw the same noise after every fit.

    Returns
    -------
    pandas.DataFrame, shape (recipe.rows, columns)
        In the sample's units and column order. The same seed gives the same rows, whatever
        ran before and however many threads there are.

    Raises
    ------
    InputError
        Fewer than two firms, a column that is not numeric, or a missing or infinite value.

    Notes
    -----
    SDV clips what it draws to the observed range of each column and rounds it to the
    sample's decimals; the smoothed bootstrap does neither.
    """
    _check(sample)
    sample = sample.astype(float)
    if recipe.synthesizer == "bootstrap":
        return _smoothed_bootstrap(sample, recipe.rows, seed)
    with _seeded(seed):
        if recipe.synthesizer != "tvae_log":
            return _draw_from_sdv(sample, recipe, seed)
        scale = LogScale.of(sample)
        return scale.back(_draw_from_sdv(scale.to(sample), recipe, seed))


@dataclass(frozen=True)
class LogScale:
    """Logarithms for the skewed columns of a sample, and the way back.

    A column whose skewness is beyond `SKEWED` takes its logarithm if all its values are
    positive, and else the inverse hyperbolic sine in units of its median absolute value:
    a logarithm for both signs.

    Attributes
    ----------
    logs : tuple of str
        Columns that take logarithms.
    units : dict of str to float
        Columns that take the inverse hyperbolic sine, and their units.
    """

    logs: tuple[str, ...]
    units: dict[str, float]

    @classmethod
    def of(cls, sample: pd.DataFrame, *, signed: bool = False) -> LogScale:
        """Choose the scale of every column; if `signed`, one that any value has an image on."""
        skewed = [name for name in sample if abs(sample[name].skew()) > SKEWED]
        logs = tuple(name for name in skewed if sample[name].min() > 0 and not signed)
        medians = {name: float(sample[name].abs().median()) for name in skewed if name not in logs}
        return cls(logs, {name: unit or 1.0 for name, unit in medians.items()})

    def to(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Bring values to the model's scale."""
        scaled = {name: np.log(frame[name]) for name in self.logs}
        scaled |= {name: np.arcsinh(frame[name] / unit) for name, unit in self.units.items()}
        return frame.assign(**scaled)

    def back(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Bring values from the model's scale back to their units."""
        scaled = {name: np.exp(frame[name]) for name in self.logs}
        scaled |= {name: np.sinh(frame[name]) * unit for name, unit in self.units.items()}
        return frame.assign(**scaled)


# --- small helpers -------------------------------------------------------------------------


def _smoothed_bootstrap(sample: pd.DataFrame, rows: int, seed: int) -> pd.DataFrame:
    """Draw firms with replacement and blur them, on logarithms where columns are skewed.

    The noise has the covariance of the sample times the square of the bandwidth that Silverman
    advises for one variable; shrinking towards the mean keeps variances as they were.
    """
    generator = np.random.default_rng(seed)
    scale = LogScale.of(sample)
    values = scale.to(sample)
    centre, spread = values.mean().to_numpy(), values.std().replace(0, 1).to_numpy()
    scores = (values.to_numpy() - centre) / spread
    # Singular vectors rather than a Cholesky root: fewer firms than columns will do.
    _, weights, directions = np.linalg.svd(scores, full_matrices=False)
    root = weights[:, None] * directions / np.sqrt(len(scores) - 1)
    noise = generator.standard_normal((rows, len(root))) @ root
    width = (4 / (3 * len(scores))) ** 0.2
    drawn = scores[generator.integers(len(scores), size=rows)]
    blurred = (drawn + width * noise) / np.sqrt(1 + width**2)
    return scale.back(pd.DataFrame(centre + spread * blurred, columns=sample.columns))


def _draw_from_sdv(sample: pd.DataFrame, recipe: Recipe, seed: int) -> pd.DataFrame:
    """Fit one of SDV's synthesizers and draw."""
    synthesizer = _build(list(sample.columns), recipe)
    synthesizer.fit({_TABLE: sample})
    # SDV sets a fixed seed before the first draw unless its own switch says otherwise.
    synthesizer._set_random_state(seed)
    drawn = synthesizer.sample(recipe.rows)[_TABLE]
    return drawn[list(sample.columns)]


def _build(columns: list[str], recipe: Recipe) -> Any:
    """Return one of SDV's synthesizers, unfitted."""
    from sdv.metadata import Metadata
    from sdv.single_table import CTGANSynthesizer, GaussianCopulaSynthesizer

    from dataworth.potential.synthetic import tvae

    # Said outright: SDV's detection may take a column with few distinct values as categories.
    numerical = {name: {"sdtype": "numerical"} for name in columns}
    metadata = Metadata.load_from_dict({"tables": {_TABLE: {"columns": numerical}}})
    if recipe.synthesizer == "copula":
        return GaussianCopulaSynthesizer(metadata)
    training = {
        "epochs": recipe.epochs,
        "batch_size": recipe.batch_size,
        "enable_gpu": False,  # graphics cards add in another order than processors
    }
    if recipe.synthesizer == "ctgan":
        return CTGANSynthesizer(metadata, pac=PACKED, **training)
    return tvae.Synthesizer(metadata, **(printed_configuration() | training))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Seed the global generators that SDV uses, on one thread, and put everything back."""
    import joblib
    import torch
    from threadpoolctl import threadpool_limits

    with (
        _GLOBALS,
        threadpool_limits(1),
        joblib.parallel_config("sequential"),
        warnings.catch_warnings(),
    ):
        # Mixtures that do not converge, metadata that is not saved: SDV's daily bread.
        warnings.simplefilter("ignore")
        numpy_state, torch_state = np.random.get_state(), torch.get_rng_state()
        threads = torch.get_num_threads()
        try:
            np.random.seed(seed)
            torch.manual_seed(seed)
            torch.set_num_threads(1)
            yield
        finally:
            np.random.set_state(numpy_state)
            torch.set_rng_state(torch_state)
            torch.set_num_threads(threads)


def _check(sample: pd.DataFrame) -> None:
    """Refuse what no synthesizer can be fitted to."""
    if len(sample) < 2:
        raise InputError(f"sample: expected at least two firms, found {len(sample)}")
    for name in sample.columns:
        if not pd.api.types.is_numeric_dtype(sample[name]):
            raise InputError(f"sample, {name}: expected numbers, found {sample[name].dtype}")
        if not np.isfinite(sample[name]).all():
            raise InputError(f"sample, {name}: a value is missing or infinite")
