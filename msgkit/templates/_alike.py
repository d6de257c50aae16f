"""Texts that are nearly the same, found among many in time linear in their number."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import Generic, TypeVar

import attrs

SHORTEST = 30
"""Fewest characters of a text that is compared: of shorter ones, many are alike that mean different things."""

ALIKE = 0.9
"""How much of two texts must be the same: what they share of all that is in either."""

_SHINGLE = 3
_BINS = 16
# What is common to many texts, such as a greeting, tells none from another; and each text has this much work at most.
_MOST_IN_A_BUCKET = 8
_MOST_COMPARED = 6

_K = TypeVar("_K")

# A placeholder, as `string.Template` takes it but with any name; and spaces, which are no content.
_nothing = re.compile(r"\$\{[^{}]*\}|\$(?a:[A-Za-z_]\w*)|\s+")


def alike(texts: Iterable[tuple[_K, str]]) -> list[tuple[_K, _K]]:
    """Return which texts are nearly the same as one before.

    Args:
        texts: What each text is called, and the text.

    Returns:
        A pair for each such text: it, and the one before that it resembles most of those compared.

    >>> text = "您的退款申请已受理，{}将在三个工作日内原路退回，请注意查收。有疑问请联系客服。"
    >>> alike([("a", text.format("${money}")), ("b", text.format(" ${amount} "))])
    [('b', 'a')]
    """
    seen: Alike[_K] = Alike()
    found = ((key, seen.add(key, text)) for key, text in texts)
    return [(key, earlier[0]) for key, earlier in found if earlier is not None]


@attrs.frozen(eq=False)
class _Text(Generic[_K]):
    key: _K
    text: str
    size: int


class Alike(Generic[_K]):
    """Texts, one after another, and which of them are nearly the same as one before.

    Each text is cut into all its runs of three characters. By one hash of each, every text gets a few marks that two
    texts share as likely as they share runs; only texts with such a mark in common are compared, by the runs
    themselves.

    Attributes:
        compared: How many pairs of texts were compared.
    """

    def __init__(self) -> None:
        self.compared = 0
        self._buckets: dict[int, list[_Text[_K]]] = {}

    def add(self, key: _K, text: str) -> tuple[_K] | None:
        """Add a text, and return which one before it resembles, alone in a tuple; None where it resembles none.

        Args:
            key: What it is called.
            text: The text. Placeholders and spaces count for nothing, and one that is shorter than `SHORTEST` without
                them resembles none.
        """
        bare = _nothing.sub("", text)
        if len(bare) < SHORTEST:
            return None
        runs = _runs(bare)
        buckets = [self._buckets.setdefault(mark, []) for mark in _marks(runs)]
        earlier, likeness = self._nearest(runs, buckets)
        # One that is the same in all is found by the one before just as well.
        if earlier is None or likeness < 1:
            new = _Text(key, bare, len(runs))
            for bucket in buckets:
                if len(bucket) < _MOST_IN_A_BUCKET:
                    bucket.append(new)
        return None if earlier is None else (earlier.key,)

    def _nearest(self, runs: set[str], buckets: list[list[_Text[_K]]]) -> tuple[_Text[_K] | None, float]:
        # A mark that few texts have says more than one that many have.
        votes: Counter[_Text[_K]] = Counter()
        for bucket in buckets:
            for other in bucket:
                votes[other] += _MOST_IN_A_BUCKET // len(bucket)
        best, most = None, 0.0
        for other, _ in votes.most_common(_MOST_COMPARED):
            if not ALIKE <= len(runs) / other.size <= 1 / ALIKE:
                continue
            self.compared += 1
            shared = len(runs & _runs(other.text))
            likeness = shared / (len(runs) + other.size - shared)
            if likeness >= ALIKE and likeness > most:
                best, most = other, likeness
        return best, most


def _runs(text: str) -> set[str]:
    return {text[start : start + _SHINGLE] for start in range(len(text) - _SHINGLE + 1)}


def _marks(runs: Iterable[str]) -> list[int]:
    """Return the least hash of each bin that has one: one-permutation MinHash."""
    least: dict[int, int] = {}
    for run in runs:
        # Not by `hash`, which each process salts. Multiplied, as a checksum leaves bits of like texts alike.
        hashed = zlib.crc32(run.encode("utf-32-le", "surrogatepass")) * 0x9E3779B1 % 2**32
        bin_ = hashed % _BINS
        if hashed < least.get(bin_, 2**32):
            least[bin_] = hashed
    return sorted(least.values())  # sets have no order that another process has too
