"""SDV's TVAE, trained with the same arithmetic in half of the time.

ctgan trains on one small batch after another, and on a hundred firms most of the time goes
into bookkeeping: a loader that collects a batch row by row, and a loss that cuts thirty slices
out of the network's output, each of which the backward pass pads to full size again. Here a
batch is one index, the output is split once, and the continuous columns share their terms. The
generators are asked in the same order and every sum runs over the same numbers, so the
synthetic firms are those of SDV, to the bit; a test compares the two. The normal curves of a
column depend on its values alone: a column that comes again, such as the features of firms whose
amounts are dealt out anew, is not fitted again.

The module is imported where a network is trained, since torch and SDV are heavy.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache

import numpy as np
import pandas as pd
import torch
from ctgan.data_transformer import ColumnTransformInfo, DataTransformer
from ctgan.synthesizers.tvae import TVAE, Decoder, Encoder
from sdv.single_table import TVAESynthesizer
from torch.nn.functional import cross_entropy


class Curves(DataTransformer):
    """The normal curves of ctgan, fitted once to equal columns."""

    def _fit_continuous(self, data: pd.DataFrame) -> ColumnTransformInfo:
        column = data.iloc[:, 0]
        return deepcopy(_curves(column.name, column.to_numpy(float).tobytes()))


@lru_cache(maxsize=128)
def _curves(name: str, values: bytes) -> ColumnTransformInfo:
    return DataTransformer()._fit_continuous(pd.DataFrame({name: np.frombuffer(values)}))


class Network(TVAE):
    """The autoencoder of ctgan, for tables of numbers only."""

    def fit(self, sample: pd.DataFrame, discrete_columns: tuple[str, ...] = ()) -> None:
        """Train encoder and decoder on a sample's columns."""
        self.transformer = Curves()
        self.transformer.fit(sample, discrete_columns)
        x = torch.from_numpy(self.transformer.transform(sample).astype("float32"))
        widths = [span.dim for column in self.transformer.output_info_list for span in column]
        # A column is a position u in its normal curve, then the curve's number k, one-hot.
        parts = x.split(widths, dim=1)
        position = torch.cat(parts[::2], dim=1).T.contiguous()
        curve = torch.stack([one_hot.argmax(dim=1) for one_hot in parts[1::2]])
        places = torch.tensor([0, *widths[:-1]]).cumsum(0)[::2]
        encoder = Encoder(sum(widths), self.compress_dims, self.embedding_dim)
        self.decoder = Decoder(self.embedding_dim, self.decompress_dims, sum(widths))
        weights = [*encoder.parameters(), *self.decoder.parameters()]
        optimizer = torch.optim.Adam(weights, weight_decay=self.l2scale, foreach=True)
        for _ in range(self.epochs):
            for rows in _batches(len(x), self.batch_size):
                optimizer.zero_grad()
                mu, std, logvar = encoder(x[rows])
                output, sigmas = self.decoder(torch.randn_like(std) * std + mu)
                pieces = output.split(widths, dim=1)
                sigma = sigmas[places][:, None]
                means = torch.cat(pieces[::2], dim=1).T.contiguous()
                target = position[:, rows], curve[:, rows]
                total = loss(means, pieces[1::2], sigma, target, mu, logvar, self.loss_factor)
                total.backward()
                optimizer.step()
                self.decoder.sigma.data.clamp_(0.01, 1.0)


def loss(
    means: torch.Tensor,
    scores: Sequence[torch.Tensor],
    sigma: torch.Tensor,
    target: tuple[torch.Tensor, torch.Tensor],
    mu: torch.Tensor,
    logvar: torch.Tensor,
    factor: float,
) -> torch.Tensor:
    """Return equation `augment-loss` of chapter potential/augment, per firm of a batch.

    Parameters
    ----------
    means : torch.Tensor, shape (columns, firms)
        Where the network puts each position, before tanh; `sigma` is their noise.
    scores : sequence of torch.Tensor, shape (firms, curves)
        What it gives each normal curve of a column.
    target : pair of torch.Tensor, shape (columns, firms)
        Positions and curves' numbers of the firms.
    mu, logvar : torch.Tensor, shape (firms, dimensions)
        Of the normal distribution of z.
    factor : float
        How often the reconstruction error counts.
    """
    position, curve = target
    firms = position.shape[1]
    gap = position - torch.tanh(means)
    error = (gap**2 / 2 / sigma**2).sum() + (torch.log(sigma) * firms).sum()
    for column, number in zip(scores, curve, strict=True):
        error = error + cross_entropy(column, number, reduction="sum")
    divergence = -0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp())
    return (factor * error + divergence) / firms


class Synthesizer(TVAESynthesizer):
    """SDV's synthesizer around `Network`."""

    def _fit(self, processed: pd.DataFrame) -> None:
        self._model = Network(**self._model_kwargs)
        self._model.fit(processed)


def _batches(rows: int, size: int) -> tuple[torch.Tensor, ...]:
    """Deal the rows into batches as a shuffling DataLoader does, from the same generator."""
    torch.empty((), dtype=torch.int64).random_()  # the seed of the loader's own workers
    seed = int(torch.empty((), dtype=torch.int64).random_())
    order = torch.randperm(rows, generator=torch.Generator().manual_seed(seed))
    return order.split(size)
