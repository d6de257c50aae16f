"""Tests of finding texts that are nearly the same, among many."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

import msgkit
from msgkit.templates._alike import ALIKE, SHORTEST, Alike, alike

LETTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
    "同工也能下过子说产种面而方后多定行学法所民得经"
)


def randoms(seed: object) -> random.Random:
    """Return random numbers, the same for a seed."""
    return random.Random(str(seed))  # noqa: S311 - no secrets


def text(seed: object, length: int = 200) -> str:
    """Return a Chinese text of random characters, the same for a seed."""
    return "".join(randoms(seed).choices(LETTERS, k=length))


def changed(original: str, position: int, word: str = "退款") -> str:
    """Return a text with one word in the place of another."""
    return original[:position] + word + original[position + len(word) :]


def runs(of: str) -> set[str]:
    """Return what two texts are compared by."""
    return {of[start : start + 3] for start in range(len(of) - 2)}


class TestAlike:
    """Which texts are found."""

    def test_the_same(self) -> None:
        """A text that stands there again is found, with the first one."""
        assert alike([("a", text(1)), ("b", text(2)), ("c", text(1)), ("d", text(1))]) == [("c", "a"), ("d", "a")]

    @pytest.mark.parametrize("seed", range(200))
    def test_one_word(self, seed: int) -> None:
        """Of 200 characters, one word may be another, wherever it stands and whatever other texts there are."""
        others = [(number, text(f"{seed}/{number}")) for number in range(20)]
        original = text(seed)
        near = changed(original, randoms(seed).randrange(198))
        assert alike(
            [*others, ("a", original), *((-number, other[::-1]) for number, other in others), ("b", near)]
        ) == [("b", "a")]

    def test_the_nearest(self) -> None:
        """Of several before, the nearest is named; and each later one is named once."""
        original = text(1)
        near = changed(original, 50)
        assert alike([("a", original), ("b", near), ("c", near + "了")]) == [("b", "a"), ("c", "b")]

    def test_different(self) -> None:
        """Texts that share less than nine tenths are not found, also where half is the same."""
        pairs = [(number, text("greeting", 100) + text(number, 100)) for number in range(500)]
        assert alike(pairs) == []

    def test_in_spite_of_what_all_share(self) -> None:
        """Also where texts have the greater part in common, one that is nearly the same is found with the right one."""
        common = text("greeting", 160)
        many = [(str(number), common + text(number, 60)) for number in range(500)]
        again = [(f"{name} again", changed(of, 170)) for name, of in many]
        found = alike([*many, *again])
        assert all(later == f"{earlier} again" for later, earlier in found)
        assert len(found) > 450

    def test_is_true(self) -> None:
        """Whatever is found shares nine tenths."""
        source = randoms(1)
        texts: dict[int, str] = {}
        for number in range(300):
            of = text(number % 50)
            for _ in range(source.randrange(8)):
                of = changed(of, source.randrange(198), text(source.random(), 2))
            texts[number] = of
        found = alike(texts.items())
        assert found
        for later, earlier in found:
            first, second = runs(texts[later]), runs(texts[earlier])
            assert len(first & second) / len(first | second) >= ALIKE
            assert earlier < later

    @pytest.mark.parametrize("placeholder", ["${name}", "${订单号}", "$name", "${a} ${b}", "\n", "  ", "　"])
    def test_placeholders(self, placeholder: str) -> None:
        """What a placeholder is called, and spaces, make no difference."""
        of = text(1)
        assert alike([("a", of), ("b", of[:100] + placeholder + of[100:])]) == [("b", "a")]

    def test_short(self) -> None:
        """Texts of a few characters are not compared; placeholders and spaces do not count."""
        short = text(1, SHORTEST - 1)
        assert alike([("a", short), ("b", short)]) == []
        assert alike([("a", short + " ${name}"), ("b", short + " ${name}")]) == []
        assert alike([("a", short + "x"), ("b", short + "x")]) == [("b", "a")]

    @pytest.mark.parametrize("odd", ["\ud800", "\U0001f600", "\0", "$", "${", "}"])
    def test_odd_characters(self, odd: str) -> None:
        """Any text can be compared."""
        assert alike([(1, odd * 40), (2, odd * 40), (3, text(1) + odd), (4, text(1) + odd)])[-1] == (4, 3)

    def test_keys(self) -> None:
        """What texts are called is the caller's: None among it, and the same twice."""
        assert alike([(None, text(1)), (None, text(1))]) == [(None, None)]

    def test_any_process(self) -> None:
        """Every process finds the same."""
        program = (
            "import random; from msgkit.templates._alike import alike\n"
            "texts = [''.join(random.Random(n % 40).choices('abcdefgh', k=100)) for n in range(200)]\n"
            "texts = [(n, t[:n // 2] + 'x' + t[n // 2 + 1:]) for n, t in enumerate(texts)]\n"
            "print(alike(texts))"
        )
        environment = {"PYTHONPATH": str(Path(msgkit.__file__).parent.parent)}
        said = {
            subprocess.run(
                [sys.executable, "-c", program],
                env=environment | {"PYTHONHASHSEED": seed},
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            for seed in ("1", "2", "3")
        }
        assert len(said) == 1
        assert said != {"[]\n"}


@pytest.mark.slow
class TestWork:
    """That the work grows as the number of texts does, and no faster."""

    MANY = 20_000

    @staticmethod
    def work(texts: list[str]) -> tuple[int, int, int]:
        """Return how many were found, how many pairs were compared, and how many texts the fullest bucket holds."""
        seen: Alike[int] = Alike()
        found = sum(seen.add(number, of) is not None for number, of in enumerate(texts))
        return found, seen.compared, max(map(len, seen._buckets.values()))

    def test_all_different(self) -> None:
        """Texts that have nothing in common are hardly compared."""
        found, compared, _ = self.work([text(number, 60) for number in range(self.MANY)])
        assert found == 0
        assert compared < 6 * self.MANY

    def test_all_the_same(self) -> None:
        """Texts that are all the same are compared once each."""
        assert self.work([text(1)] * self.MANY) == (self.MANY - 1, self.MANY - 1, 1)

    def test_all_nearly_the_same(self) -> None:
        """Texts that are all nearly the same are compared a few times each."""
        original = text(1, 120)
        texts = [changed(original, number % 119, text(number, 2)) for number in range(self.MANY // 4)]
        found, compared, fullest = self.work(texts)
        assert found == len(texts) - 1
        assert compared <= 6 * len(texts)
        assert fullest <= 8

    def test_all_with_one_greeting(self) -> None:
        """Nor are texts that share one part."""
        greeting = text(1, 60)
        found, compared, fullest = self.work([greeting + text(n, 60) for n in range(self.MANY // 4)])
        assert found == 0
        assert compared <= 6 * self.MANY // 4
        assert fullest <= 8

    def test_one_character(self) -> None:
        """A text of one character over and over is one run."""
        assert self.work(["a" * (number + 30) for number in range(100)]) == (99, 99, 1)
