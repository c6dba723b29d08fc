"""A seeded mutator: the same seed makes the same file of the same bases.

Most of what it makes is a file with one, two or four faults, so that decoders come far before they meet one.
"""

import random
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.fuzz.structure import Number, numbers, sealed, units

FAULTS = (1, 1, 1, 2, 2, 4)
"""How many a file gets."""
LONGEST_RUN = 64
"""Bytes that one fault overwrites, inserts or repeats, but for whole units and cuts."""

INTERESTING = (
    0, 1, 2, 3, 7, 8, 15, 16, 31, 32, 64, 100, 127, 128, 255, 256, 1000, 4096, 16384, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF,
    0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1,
)  # fmt: skip
"""Where counters, signs and allocations turn over."""

NUMBER = re.compile(rb"[-+]?[0-9][0-9.]*(?:e[-+]?[0-9]+)?")
NUMERALS = b"0 -1 1e999 -1e999 1e-999 nan inf 100% 1e5 2147483648 0.5 x".split()
WORD = re.compile(rb"[A-Za-z][A-Za-z-]+")

Mutation = Callable[[random.Random, bytes, bytes], bytes]
"""From a file and another one to what they become."""


class Mutated(NamedTuple):
    """A file made by the mutator and the name of the base that it was made of."""

    base: str
    data: bytes


def mutated(seed: int, bases: Mapping[str, bytes]) -> Mutated:
    """The file of this seed."""
    chance = random.Random(seed)
    names = sorted(bases)
    base = names[seed % len(names)]
    data = bases[base]
    for _ in range(chance.choice(FAULTS)):
        kinds = TEXT_MUTATIONS if is_text(data) else MUTATIONS
        data = chance.choice(kinds)(chance, data, bases[chance.choice(names)])
    return Mutated(base, sealed(data) if chance.random() < 0.75 else data)


def is_text(data: bytes) -> bool:
    return data.lstrip()[:1] == b"<"


def place(chance: random.Random, data: bytes) -> int:
    """A position, as often among the first 512 bytes, where headers are, as anywhere."""
    return chance.randrange(max(1, min(len(data), 512) if chance.random() < 0.5 else len(data)))


def flip(chance: random.Random, data: bytes, other: bytes) -> bytes:
    at = place(chance, data)
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :] if data else data


def overwrite(chance: random.Random, data: bytes, other: bytes) -> bytes:
    at, length = place(chance, data), chance.randint(1, LONGEST_RUN)
    run = chance.randbytes(length) if chance.random() < 0.5 else bytes([chance.choice((0, 0xFF, 0x7F, 0x20))]) * length
    return data[:at] + run + data[at + length :]


def insert(chance: random.Random, data: bytes, other: bytes) -> bytes:
    at = place(chance, data)
    return data[:at] + chance.randbytes(chance.randint(1, LONGEST_RUN)) + data[at:]


def delete(chance: random.Random, data: bytes, other: bytes) -> bytes:
    at = place(chance, data)
    return data[:at] + data[at + chance.randint(1, LONGEST_RUN) :]


def truncate(chance: random.Random, data: bytes, other: bytes) -> bytes:
    return data[: place(chance, data)]


def repeat(chance: random.Random, data: bytes, other: bytes) -> bytes:
    at, length = place(chance, data), chance.randint(1, LONGEST_RUN)
    return data[: at + length] + data[at : at + length] * chance.randint(1, 8) + data[at + length :]


def interesting(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A number somewhere becomes an interesting one."""
    size, order = chance.choice((1, 2, 4, 8)), chance.choice("<>")
    return with_number(chance, data, Number(place(chance, data), size, order))


def believed(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A length, a dimension or a count becomes an interesting one."""
    known = numbers(data)
    return with_number(chance, data, chance.choice(known)) if known else data


def with_number(chance: random.Random, data: bytes, number: Number) -> bytes:
    order = "little" if number.order == "<" else "big"
    old = int.from_bytes(data[number.at : number.at + number.size], order)
    value = chance.choice((chance.choice(INTERESTING), old + chance.randint(-9, 9), chance.choice(INTERESTING) - old))
    new = (value % (1 << 8 * number.size)).to_bytes(number.size, order)
    return data[: number.at] + new + data[number.at + number.size :]


def unit_again(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A chunk, segment or box is dropped, doubled, or put where another one starts."""
    found = units(data)
    if not found:
        return repeat(chance, data, other)
    one, where = chance.choice(found), chance.choice(found).start
    what = data[one.start : one.end]
    if chance.random() < 0.3:
        return data[: one.start] + data[one.end :]
    return data[:where] + what * chance.choice((1, 1, 1, 2, 50)) + data[where:]


def unit_of_other(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A chunk, segment or box of another file, put before one of this file's or in its place."""
    found, others = units(data), units(other)
    if not (found and others):
        return splice(chance, data, other)
    here, there = chance.choice(found), chance.choice(others)
    return data[: here.start] + other[there.start : there.end] + data[chance.choice((here.start, here.end)) :]


def splice(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """The start of this file and the end of another."""
    return data[: place(chance, data)] + other[place(chance, other) :]


def numeral(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A number in a text becomes another."""
    found = chance.choice(list(NUMBER.finditer(data)) or [None])
    return data[: found.start()] + chance.choice(NUMERALS) + data[found.end() :] if found else data


def word(chance: random.Random, data: bytes, other: bytes) -> bytes:
    """A word of a text becomes another word of this text or another."""
    here, there = list(WORD.finditer(data)), WORD.findall(other if is_text(other) else data)
    if not (here and there):
        return data
    found = chance.choice(here)
    return data[: found.start()] + chance.choice(there) + data[found.end() :]


MUTATIONS: tuple[Mutation, ...] = (
    flip, flip, overwrite, insert, delete, truncate, repeat, interesting, believed, believed, believed,
    unit_again, unit_of_other, splice,
)  # fmt: skip
TEXT_MUTATIONS: tuple[Mutation, ...] = (numeral, numeral, numeral, word, word, *MUTATIONS[:7], splice)
