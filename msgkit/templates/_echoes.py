"""What is wrong with a file only because something else is: it is told once, by its cause."""

from __future__ import annotations

from collections.abc import Iterable

from msgkit import rules
from msgkit.errors import Problem
from msgkit.rules import Rule


def _codes(*of: Rule) -> frozenset[str]:
    return frozenset(rule.code for rule in of)


_MISSING = _codes(rules.MISSING, rules.NEEDED)
_STRANGE = _codes(
    rules.UNKNOWN_KEY,
    rules.OUTSIDE_OF_ENTRY,
    rules.YAML_WIDE_COLON,
    rules.YAML_COLON_SPACE,
    rules.YAML_WIDE_SPACE,
)


def without_echoes(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems without those of keys that are missing because they were written in another way.

    Where an object lacks a key and has one that it should not have, that is one slip: the latter was meant as the
    former, and is told so where no other key is nearer to it.
    """
    found = list(problems)
    strange: dict[str, list[int]] = {}
    for number, problem in enumerate(found):
        if problem.rule in _STRANGE:
            strange.setdefault(_parent(problem), []).append(number)
    echoes: set[int] = set()
    for number, problem in enumerate(found):
        if problem.rule in _MISSING and (numbers := strange.get(_parent(problem))):
            echoes.add(number)
            _hint(found, numbers, problem.pointer.rpartition("/")[2])
        elif problem.rule == rules.ONE_CONTENT.code and not problem.pointer:
            allowed = problem.params["allowed"]
            causes = [found[each] for each in strange.get("", ())]
            if any(each.rule != rules.UNKNOWN_KEY.code or each.params.get("near") in allowed for each in causes):
                echoes.add(number)
    return tuple(problem for number, problem in enumerate(found) if number not in echoes)


def _parent(problem: Problem) -> str:
    return problem.pointer.rpartition("/")[0]


def _hint(found: list[Problem], numbers: list[int], missing: str) -> None:
    """Say of the first of some unknown keys that it was meant as the missing one, unless another is said to be."""
    unknown = [number for number in numbers if found[number].rule == rules.UNKNOWN_KEY.code]
    if missing not in {found[number].params.get("near") for number in unknown}:
        for number in unknown:
            if not found[number].params.get("near"):
                found[number] = found[number].about(near=missing, allowed=())
                return
