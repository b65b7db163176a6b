from dataclasses import replace

import numpy as np
import pytest

from dataworth.banks.simulated import reconstruction as room

PRINTED = room.PrintedMoments(
    ar=(0.994187,),
    ma=(-1.863323, 0.883176),
    mean=0.037458,
    standard_deviation=0.313792,
    squared_residuals=3.60193,
    last_levels=(104_679, 76_246, 101_838, 62_327),
    durbin_watson=1.894306,
)


def squared_residuals(differences, ar, ma):
    """Sum of squared one-step errors, y'Ω⁻¹y, of each column."""
    covariance = room.arma_covariance(ar, ma, len(differences))
    return np.sum(differences * np.linalg.solve(covariance, differences), axis=0)


@pytest.fixture(scope="module")
def ensemble():
    return room.reconstruct(PRINTED, members=30, seed=3)


@pytest.fixture(scope="module")
def differences(ensemble):
    return np.diff(np.log(ensemble.to_numpy()), axis=0)


def test_shape_and_quarters(ensemble):
    assert ensemble.shape == (64, 30)
    assert (str(ensemble.index[0]), str(ensemble.index[-1])) == ("2007Q1", "2022Q4")
    assert (ensemble > 0).all(axis=None)


def test_every_printed_moment_holds_exactly(ensemble, differences):
    assert differences.mean(axis=0) == pytest.approx(np.full(30, 0.037458), abs=1e-12)
    assert differences.std(axis=0, ddof=1) == pytest.approx(np.full(30, 0.313792), abs=1e-9)
    residuals = squared_residuals(differences, PRINTED.ar, PRINTED.ma)
    assert residuals == pytest.approx(np.full(30, 3.60193), abs=1e-7)
    last = ensemble.iloc[-4:].to_numpy()
    assert last == pytest.approx(np.tile([[104_679], [76_246], [101_838], [62_327]], 30), rel=1e-12)


def test_r_squared_and_durbin_watson_follow(differences):
    total = ((differences - differences.mean(axis=0)) ** 2).sum(axis=0)
    assert 1 - 3.60193 / total == pytest.approx(np.full(30, 0.409989), abs=1e-6)
    root = np.linalg.cholesky(room.arma_covariance(PRINTED.ar, PRINTED.ma, 63))
    errors = np.linalg.solve(root, differences)
    watson = (np.diff(errors, axis=0) ** 2).sum(axis=0) / (errors**2).sum(axis=0)
    assert watson == pytest.approx(np.full(30, 1.894306), abs=1e-6)


def test_first_level_is_fixed_by_mean_and_last_level(ensemble):
    assert ensemble.iloc[0].to_numpy() == pytest.approx(np.full(30, room.first_level(PRINTED)))


def test_printed_likelihood_follows_from_residuals_and_process():
    """Table 4 prints -1.035394; exact maximum likelihood, no missing value."""
    covariance = room.arma_covariance(PRINTED.ar, PRINTED.ma, 63)
    half_logdet = np.linalg.slogdet(covariance)[1] / 2
    likelihood = -63 / 2 * (1 + np.log(2 * np.pi * 3.60193 / 63)) - half_logdet
    assert likelihood == pytest.approx(-1.035394, abs=5e-5)


def test_printed_coefficients_are_a_maximum_of_each_member(differences):
    def deviance(path, coefficients):
        ar, ma = tuple(coefficients[:1]), tuple(coefficients[1:])
        logdet = np.linalg.slogdet(room.arma_covariance(ar, ma, 63))[1]
        return 63 * np.log(squared_residuals(path, ar, ma)) + logdet

    printed = np.array([*PRINTED.ar, *PRINTED.ma])
    base = deviance(differences, printed)
    for move in np.eye(3) * 1e-4:
        slope = (
            deviance(differences, printed + move) - deviance(differences, printed - move)
        ) / 2e-4
        assert np.abs(slope).max() < 0.05  # curvature is of the order of 1e4
    assert base == pytest.approx(np.full(30, base[0]))


def test_members_differ_and_do_not_depend_on_ensemble_size(ensemble):
    again = room.reconstruct(PRINTED, members=3, seed=3)
    assert np.array_equal(again.to_numpy(), ensemble.iloc[:, :3].to_numpy())
    other = room.reconstruct(PRINTED, members=1, seed=4)
    assert not np.allclose(other[0], ensemble[0])
    assert ensemble.loc["2015Q1"].std() > 0.1 * ensemble.loc["2015Q1"].mean()


def test_another_series_with_other_moments():
    moments = room.PrintedMoments(
        ar=(0.5,),
        ma=(),
        mean=0.02,
        standard_deviation=0.1,
        squared_residuals=0.30,
        last_levels=(10.0, 11.0),
        first="2010Q1",
        last="2019Q4",
    )
    paths = np.diff(np.log(room.reconstruct(moments, members=5, seed=0).to_numpy()), axis=0)
    assert paths.mean(axis=0) == pytest.approx(np.full(5, 0.02))
    assert paths.std(axis=0, ddof=1) == pytest.approx(np.full(5, 0.1), rel=1e-8)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ar": (1.0,)}, "ar: the process is not stationary"),
        ({"last_levels": (1.0, -2.0)}, "last_levels: expected positive"),
        ({"last_levels": (1.0, 0.0)}, "last_levels: expected positive"),
        ({"squared_residuals": 100.0}, "no series was found"),
        ({"first": "2022Q1"}, "leave nothing to reconstruct"),
    ],
)
def test_impossible_moments_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        room.reconstruct(replace(PRINTED, **change), members=1, seed=0)


def test_an_empty_ensemble_is_refused():
    with pytest.raises(ValueError, match="members: expected at least 1, found 0"):
        room.reconstruct(PRINTED, members=0, seed=0)
