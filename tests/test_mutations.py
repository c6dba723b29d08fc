"""Damaged files of every kind through everything: a valid picture or an honest refusal, whatever is posted."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from remote.cores import cores
from tests.conftest import Client, client_with
from tests.fuzz.bases import all_bases, few
from tests.fuzz.judge import Verdict, judge, queries
from tests.fuzz.mutate import Mutated, mutated

SMALL = {"max_pixels": 1 << 20, "max_total_pixels": 1 << 22, "max_frames": 200, "queue": 100}
"""Limits that keep every input quick; one decoder for each upload, as in service."""

CRASHES = 0.001
"""Share of answers that may be `decoder_crashed`: the wall contains these, and codecs are not ours. None is known."""

QUICK, LONG = range(300), range(1_000_000, 1_004_000)
"""Seeds: ten seconds, and two to four minutes on two cores."""


def verdicts(client: Client, bases: Mapping[str, bytes], seeds: range) -> dict[int, Verdict]:
    """How the file of each seed fares, as many at once as there are cores."""

    def one(seed: int) -> Verdict:
        return judge(client, mutated(seed, bases).data, queries(seed))

    with ThreadPoolExecutor(cores()) as threads:
        return dict(zip(seeds, threads.map(one, seeds), strict=True))


def assert_all_held(bases: Mapping[str, bytes], seeds: range) -> None:
    found = verdicts(client_with(**SMALL), bases, seeds)
    faults = {(seed, mutated(seed, bases).base): verdict.faults for seed, verdict in found.items() if verdict.faults}
    assert not faults
    crashes = Counter({seed: verdict.crashes for seed, verdict in found.items() if verdict.crashes})
    assert crashes.total() <= CRASHES * 4 * len(seeds), crashes
    assert sum(verdict.shown for verdict in found.values()) > len(seeds) / 8, "too much is damaged beyond decoding"


def test_whatever_is_posted_the_answer_is_a_picture_or_an_honest_refusal() -> None:
    assert_all_held(few(), QUICK)


@pytest.mark.slow
def test_the_same_of_thousands_of_files() -> None:
    assert_all_held(all_bases(), LONG)


def test_the_unharmed_files_are_shown() -> None:
    """Else the mutations would be of what is refused anyway."""
    client = client_with(**SMALL)
    refused = {name for name, data in few().items() if client.post("/images/fit/64", data).status_code != 200}
    assert not refused


def test_the_same_seed_makes_the_same_file() -> None:
    bases = few()
    assert [mutated(seed, bases) for seed in range(50)] == [mutated(seed, bases) for seed in range(50)]
    assert all(isinstance(mutated(seed, bases), Mutated) for seed in range(50))
    assert sum(mutated(seed, bases).data != bases[mutated(seed, bases).base] for seed in range(50)) > 45
