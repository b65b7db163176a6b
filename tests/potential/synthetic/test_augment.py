"""Recipes are checked, seeds settle everything, Table 3 reaches the synthesizer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataworth.errors import InputError
from dataworth.potential.synthetic import augment, tvae
from dataworth.potential.synthetic.augment import SYNTHESIZERS, LogScale, Recipe, synthesize


@pytest.fixture(scope="module")
def firms():
    """Sixty firms: amounts of money, a ratio that follows them, cash flows of both signs."""
    generator = np.random.default_rng(5)
    size = generator.normal(size=60)
    return pd.DataFrame(
        {
            "Size": np.exp(22 + 1.5 * size),
            "Leverage": 0.5 + 0.1 * size + 0.05 * generator.normal(size=60),
            "OCF": 1e8 * np.sinh(generator.normal(size=60) * 2),
            "Data": np.exp(15 + 2 * generator.normal(size=60)),
        }
    )


def quick(synthesizer, **other):
    return Recipe(synthesizer, **{"epochs": 2, "batch_size": 50, "rows": 200} | other)


# --- recipes -------------------------------------------------------------------------------


def test_the_default_recipe_is_the_papers():
    printed = augment.printed_configuration()
    recipe = Recipe()
    assert (recipe.synthesizer, recipe.rows) == ("tvae", 100_000)
    assert recipe.epochs == printed["epochs"] == 300
    assert recipe.batch_size == printed["batch_size"] == 500


def test_table_3_reaches_the_synthesizer_and_the_recipe_overrides_it():
    built = augment._build(["Size"], Recipe(epochs=7, batch_size=20)).get_parameters()
    for name, value in augment.printed_configuration().items():
        expected = {"epochs": 7, "batch_size": 20}.get(name, value)
        assert built[name] == expected, name
    assert built["enforce_min_max_values"]
    assert built["enforce_rounding"]


def test_table_3_names_the_same_parameters_as_the_defaults():
    assert set(augment.printed_configuration()) == set(augment.default_configuration())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"synthesizer": "gan"}, "synthesizer: expected one of tvae"),
        ({"epochs": 0}, "epochs: expected at least 1, found 0"),
        ({"batch_size": 0}, "batch_size: expected at least 1"),
        ({"rows": -5}, "rows: expected at least 1"),
        ({"synthesizer": "ctgan", "batch_size": 25}, "batch_size: CTGAN needs a multiple of 10"),
    ],
)
def test_a_wrong_recipe_is_refused_in_one_line(wrong, message):
    with pytest.raises(InputError, match=message):
        Recipe(**wrong)


@pytest.mark.parametrize(
    ("recipe", "firms", "steps"),
    [
        (Recipe(), 100, 300),  # the paper: one step an epoch
        (Recipe(), 500, 300),
        (Recipe(), 501, 600),
        (Recipe(batch_size=50), 100, 600),
        (Recipe(batch_size=30), 100, 1200),  # three full batches and a small one
        (Recipe("ctgan", batch_size=30), 100, 900),  # CTGAN drops the small one
        (Recipe("ctgan"), 100, 300),
        (Recipe("copula"), 100, 0),
        (Recipe("bootstrap"), 100, 0),
    ],
)
def test_gradient_steps_follow_from_firms_and_batch(recipe, firms, steps):
    assert recipe.gradient_steps(firms) == steps


def test_training_makes_as_many_steps_as_are_announced(firms, monkeypatch):
    steps = []
    loss = tvae.loss
    monkeypatch.setattr(tvae, "loss", lambda *terms: steps.append(1) or loss(*terms))
    recipe = quick("tvae", epochs=3, batch_size=25)
    synthesize(firms, recipe, seed=0)
    assert len(steps) == recipe.gradient_steps(len(firms)) == 9


# --- draws ---------------------------------------------------------------------------------


@pytest.mark.parametrize("synthesizer", SYNTHESIZERS)
def test_a_seed_settles_the_rows_whatever_ran_before(firms, synthesizer):
    import torch

    first = synthesize(firms, quick(synthesizer), seed=1)
    assert list(first.columns) == list(firms.columns)
    assert len(first) == 200
    assert np.isfinite(first.to_numpy()).all()
    np.random.rand(7)
    torch.rand(3)
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    again = synthesize(firms, quick(synthesizer), seed=1)
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert not first.equals(synthesize(firms, quick(synthesizer), seed=2))


@pytest.mark.parametrize("synthesizer", SYNTHESIZERS)
def test_the_callers_generators_and_sample_stay_as_they_were(firms, synthesizer):
    import torch

    before = firms.copy()
    np.random.seed(3)
    torch.manual_seed(3)
    expected = np.random.rand(), torch.rand(1).item()
    np.random.seed(3)
    torch.manual_seed(3)
    synthesize(firms, quick(synthesizer), seed=9)
    assert (np.random.rand(), torch.rand(1).item()) == expected
    pd.testing.assert_frame_equal(firms, before)


def test_threads_do_not_disturb_one_another(firms):
    alone = [synthesize(firms, quick("tvae"), seed=seed) for seed in range(3)]
    with ThreadPoolExecutor(3) as executor:
        together = executor.map(lambda seed: synthesize(firms, quick("tvae"), seed=seed), range(3))
        for one, other in zip(alone, together, strict=True):
            pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize("synthesizer", ["tvae", "tvae_log", "ctgan", "copula"])
def test_sdv_never_leaves_the_observed_range(firms, synthesizer):
    drawn = synthesize(firms, quick(synthesizer), seed=4)
    # Going to logarithms and back may cost the last digit.
    assert (drawn.min() >= firms.min() - 1e-9 * firms.abs().max()).all()
    assert (drawn.max() <= firms.max() + 1e-9 * firms.abs().max()).all()


def test_whole_numbers_and_few_distinct_values_stay_numbers(firms):
    whole = firms.assign(Staff=np.arange(len(firms)) % 3)
    drawn = synthesize(whole, quick("tvae"), seed=1)
    assert drawn["Staff"].dtype == float
    assert set(drawn["Staff"]) <= {0.0, 1.0, 2.0}


def test_the_bootstrap_keeps_moments_and_correlation_on_its_scale(firms):
    drawn = synthesize(firms, quick("bootstrap", rows=200_000), seed=1)
    scale = LogScale.of(firms)
    real, made = scale.to(firms), scale.to(drawn)
    # The bootstrap divides by n, the sample's standard deviation by n - 1.
    np.testing.assert_allclose(made.mean(), real.mean(), atol=0.02 * real.std().max())
    np.testing.assert_allclose(made.std() / real.std(), 1, atol=0.02)
    np.testing.assert_allclose(made.corr(), real.corr(), atol=0.02)


def test_the_bootstrap_is_not_clipped_and_does_not_copy(firms):
    drawn = synthesize(firms, quick("bootstrap", rows=5000), seed=1)
    assert (drawn.max() > firms.max()).all()
    assert drawn.merge(firms, how="inner").empty


def test_the_bootstrap_takes_fewer_firms_than_variables_and_a_constant(firms):
    few = firms.head(3).assign(Same=7.0)
    drawn = synthesize(few, quick("bootstrap"), seed=1)
    assert (drawn["Same"] == 7.0).all()
    assert np.isfinite(drawn.to_numpy()).all()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda firms: firms.head(1), "at least two firms, found 1"),
        (lambda firms: firms.assign(Size="big"), "sample, Size: expected numbers"),
        (lambda firms: firms.assign(OCF=np.nan), "sample, OCF: a value is missing or infinite"),
        (lambda firms: firms.assign(Data=np.inf), "sample, Data: a value is missing or infinite"),
    ],
)
def test_a_sample_that_cannot_be_fitted_is_refused(firms, spoil, message):
    with pytest.raises(InputError, match=message):
        synthesize(spoil(firms), quick("copula"), seed=1)


# --- the logarithmic scale -----------------------------------------------------------------


def test_only_skewed_columns_leave_their_scale(firms):
    scale = LogScale.of(firms)
    assert scale.logs == ("Size", "Data")
    assert "Leverage" not in scale.units
    assert set(LogScale.of(firms, signed=True).units) >= {"Size", "Data"}


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.floats(-1e12, 1e12).filter(lambda x: x == 0 or abs(x) > 1e-6), min_size=3, max_size=30
    ),
    st.booleans(),
)
def test_the_scale_leads_back(values, signed):
    frame = pd.DataFrame({"x": values})
    scale = LogScale.of(frame, signed=signed)
    back = scale.back(scale.to(frame))
    unit = scale.units.get("x", 0.0)
    np.testing.assert_allclose(back["x"], frame["x"], rtol=1e-9, atol=1e-12 * unit)
