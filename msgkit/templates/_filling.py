"""One rendering: the values, as texts and as conditions see them, and what was found wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from msgkit import rules
from msgkit._beijing import BEIJING
from msgkit._fields import is_sendable
from msgkit._short import Origins
from msgkit.errors import Problem
from msgkit.templates._entries import MOST_ENTRIES


def _are_fine(filling: Any) -> bool:
    """Tell whether no value of a rendering is blank or cannot be sent."""
    said = [*filling.texts.values()]
    for value in filling.given.values():
        if value.__class__ is tuple:
            said += value
    if "" in said or True in map(str.isspace, said):
        return False
    joined = "".join(said)
    return joined.isascii() or is_sendable(joined)


def renumber(problems: list[Problem], start: int, counted: str, stands: str) -> None:
    """Let problems say where something stands in the rendered message, rather than in the template."""
    for index in range(start, len(problems)):
        problem = problems[index]
        problems[index] = problem.at(stands + problem.pointer.removeprefix(counted))


@attrs.define(eq=False, repr=False)
class Filling:
    """One rendering of a template.

    Attributes:
        texts: What stands in a text for each variable.
        given: What conditions and lists see of each. Both are the rendering's own: lists add to them for a round.
        moment: When it is rendered; None for now.
        everything: Whether conditions are passed over, to look at all there is.
        problems: Takes what is wrong, with pointers into the rendered message.
        placed: How many of them say already in which block; those after them are of one that is being filled.
        trace: Takes where each block comes from; None where nobody asks.
        rounds: How many entries lists made, or looked at.
        is_fine: Whether no value is blank or cannot be sent. Then a text that was right with its placeholders, and in
            which one stands, is right with the values too, unless it is too long.
    """

    texts: dict[str, str]
    given: dict[str, Any]
    moment: datetime | None = None
    everything: bool = False
    problems: list[Problem] = attrs.field(factory=list)
    placed: int = attrs.field(default=0, init=False)
    trace: list[Origins] | None = None
    rounds: int = attrs.field(default=0, init=False)
    is_fine: bool = attrs.field(default=attrs.Factory(_are_fine, takes_self=True), kw_only=True)

    def again(self) -> Filling:
        """Return another rendering with the same values, of which all is asked."""
        return Filling(self.texts, self.given, self.moment, self.everything, trace=[], is_fine=self.is_fine)

    def tell(self, problem: Problem) -> None:
        """Note what is wrong with the message, whose pointer says already where."""
        self.problems.append(problem)
        self.placed = len(self.problems)

    def place(self, index: int) -> None:
        """Let the problems of the block that was filled last say which it is."""
        renumber(self.problems, self.placed, "", f"/blocks/{index}")
        self.placed = len(self.problems)

    def now(self) -> datetime:
        """Return the moment of rendering, the same each time it is asked."""
        if self.moment is None:
            self.moment = datetime.now(BEIJING)
        return self.moment

    def has_enough(self, more: int, place: str, note: Callable[[Problem], None]) -> bool:
        """Tell whether lists would make, or look at, more entries than any message has; note it once, in its place."""
        self.rounds += more
        if self.rounds <= MOST_ENTRIES:
            return False
        if not any(problem.rule == rules.MOST_BLOCKS.code for problem in self.problems):
            note(Problem(place, rules.MOST_BLOCKS, most=MOST_ENTRIES))
        return True

    def blamed(self, names: tuple[str, ...], owners: tuple[str, ...]) -> tuple[str, ...]:
        """Return whose values a text is of that breaks a rule: the one that cannot be sent, or all of them."""
        for name, owner in zip(names, owners, strict=True):
            if not is_sendable(self.texts[name]):
                return (owner,)
        return tuple(dict.fromkeys(owners))
