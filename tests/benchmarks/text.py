"""The text pipeline against jieba, `list.count` and SnowNLP used plainly.

The plain way takes most of an hour for the generated reports. It is timed on a sample of whole
reports (tokens and counts) and of their sentences (scores), and scaled by characters; equality
is checked on the same sample. Every contestant runs in a process of its own; what one thread
does is measured in processor time, so that a busy machine changes little.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import time
from dataclasses import dataclass

from tests.benchmarks import Row

SAMPLED_CHARACTERS, SAMPLED_SENTENCES = 400_000, 400


@dataclass(frozen=True)
class Held:
    """A report that is in memory already, so that only the pipeline is timed."""

    report: object

    def load(self):
        """Return the report."""
        return self.report


def dictionary() -> list[str]:
    """Return the terms: seeds, and what a good expansion finds."""
    from dataworth.banks.simulated.grammar import read_planted_terms

    terms = read_planted_terms()
    return sorted(terms.loc[terms["role"].isin(["seed", "synonym"]), "term"])


def source(reports: int, characters: int):
    """Return some of the generated reports."""
    from dataworth.banks.simulated import corpus

    return corpus.simulate(seed=20260122, characters=characters)[:reports]


def peak() -> float:
    """Return the peak memory of this process in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def pipeline(reports: int, characters: int) -> dict:
    """Count in reports held in memory, after a first one that loads all tables."""
    from dataworth.banks.text import counts as text

    begin = time.process_time()
    text.count(source(1, characters), dictionary())
    loading = time.process_time() - begin
    held = [Held(entry.load()) for entry in source(reports, characters)]
    begin = time.process_time()
    counts = text.count(held, dictionary())
    spent = time.process_time() - begin
    return {
        **{"seconds": spent, "loading": loading},
        **{"reports": counts.reports, "terms": counts.terms},
    }


def rjieba(reports: int, characters: int) -> dict:
    """Cut the same reports with rjieba and do nothing else."""
    from rjieba import Jieba

    texts = [entry.load().text for entry in source(reports, characters)]
    tokenizer = Jieba()
    tokenizer.cut(texts[0])
    begin = time.process_time()
    for text in texts:
        tokenizer.cut(text)
    return {"seconds": time.process_time() - begin}


def from_source(reports: int, characters: int, processes: int = 0) -> dict:
    """Write and count reports one after another; return time, after a first few, and memory."""
    from contextlib import nullcontext

    from dataworth.banks.text import counts as text
    from dataworth.book import executors

    entries, terms = source(reports, characters), dictionary()
    with executors.processes(processes) if processes else nullcontext() as executor:
        text.count(entries[:16], terms, executor=executor)
        begin = time.perf_counter()
        counts = text.count(entries, terms, executor=executor)
        spent = time.perf_counter() - begin
    return {"seconds": spent, "peak": peak(), "reports": counts.reports, "terms": counts.terms}


def plain(reports: int, characters: int) -> dict:
    """Time the plain way on a sample; return seconds a character, counts and scores."""
    import logging

    import jieba
    from snownlp import SnowNLP

    from dataworth.inputs.reports.plain_text import sentences

    jieba.setLogLevel(logging.WARNING)
    for term in dictionary():
        jieba.add_word(term)
    SnowNLP("数据").sentiments  # noqa: B018 - the first call loads what it needs
    sampled = random.Random(1).sample(list(source(reports, characters)), reports)
    texts = [entry.load() for entry in sampled[: max(1, SAMPLED_CHARACTERS // characters)]]
    begin, counts = time.process_time(), {}
    for report in texts:
        tokens = jieba.lcut(report.text)
        for term in dictionary():
            if times := tokens.count(term):
                counts[report.bank, report.year, term] = times
    cutting = (time.process_time() - begin) / sum(len(report.text) for report in texts)
    every = [sentence for report in texts for sentence in sentences(report.text)]
    chosen = random.Random(2).sample(every, SAMPLED_SENTENCES)
    begin = time.process_time()
    scores = {sentence: SnowNLP(sentence).sentiments for sentence in chosen}
    scoring = (time.process_time() - begin) / sum(map(len, chosen))
    return {"a character": cutting + scoring, "counts": counts, "scores": scores}


def check(ours: dict, theirs: dict) -> None:
    """Demand the same counts and the same scores on the sample."""
    from dataworth.banks.text import polarity

    found = ours["terms"].set_index(["bank", "year", "term"])["hits"]
    of_sample = {key[:2] for key in theirs["counts"]}
    found = {key: hits for key, hits in found.items() if key[:2] in of_sample}
    if found != theirs["counts"]:
        raise AssertionError("text: the counts differ from those of jieba and list.count")
    if any(polarity.score(text) != score for text, score in theirs["scores"].items()):
        raise AssertionError("text: the scores differ from SnowNLP's")


def against_plain(pool, reports: int, characters: int) -> list[Row]:
    """Set the pipeline against the plain way, and against rjieba alone."""
    ours, theirs, ceiling = (
        pool.apply(work, (reports, characters)) for work in (pipeline, plain, rjieba)
    )
    check(ours, theirs)
    size = int(ours["reports"]["characters"].sum())
    whole = theirs["a character"] * size
    what = f"text pipeline, {reports} reports of {characters:,} characters"
    return [
        Row(
            what,
            "jieba.lcut, list.count, SnowNLP on every sentence",
            ours["seconds"] / whole,
            f"{ours['seconds']:.1f} s against {whole:,.0f} s (scaled from whole reports of "
            f"{SAMPLED_CHARACTERS:,} characters and {SAMPLED_SENTENCES} sentences): "
            f"{whole / ours['seconds']:,.0f} times faster; same counts, same scores; "
            f"loading takes {ours['loading']:.1f} s, once",
        ),
        Row(
            what,
            "rjieba.cut alone, the ceiling",
            ours["seconds"] / ceiling["seconds"],
            f"{size / ours['seconds'] / 1e6:.1f} against {size / ceiling['seconds'] / 1e6:.1f} "
            "million characters a second",
        ),
    ]


def many_and_few(pool, characters: int = 20_000) -> list[Row]:
    """Compare peak memory of many reports with few, and two processes with one."""
    few = pool.apply(from_source, (164, characters))
    many = pool.apply(from_source, (656, characters))
    two = from_source(656, characters, processes=2)
    if not all(two[name].equals(many[name]) for name in ("reports", "terms")):
        raise AssertionError("text: two processes give other counts than one")
    return [
        Row(
            "peak memory, 656 reports",
            "164 reports",
            many["peak"] / few["peak"],
            f"{many['peak']:.0f} MiB against {few['peak']:.0f} MiB",
        ),
        Row(
            "656 reports written and counted by two processes",
            "one process",
            two["seconds"] / many["seconds"],
            f"{two['seconds']:.1f} s against {many['seconds']:.1f} s; same counts to the bit",
        ),
    ]


def rows() -> list[Row]:
    """Compare the pipeline on short and on long reports, its memory, and its processes."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        short = against_plain(pool, 656, 20_000)
        long = against_plain(pool, 40, 250_000)
        return [*short, *long, *many_and_few(pool)]
