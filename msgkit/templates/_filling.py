"""One rendering: the values, as texts and as conditions see them, and what was found wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs

from msgkit import rules
from msgkit._fields import is_sendable
from msgkit._short import Origins
from msgkit.errors import Problem
from msgkit.templates._entries import MOST_ENTRIES


@attrs.define(eq=False, repr=False)
class Filling:
    """One rendering of a template.

    Attributes:
        texts: What stands in a text for each variable.
        given: What conditions and lists see of each. Both are the rendering's own: lists add to them for a round.
        moment: When it is rendered; None for now.
        everything: Whether conditions are passed over, to look at all there is.
        problems: Takes what is wrong, with pointers into the rendered message.
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
    trace: list[Origins] | None = None
    rounds: int = 0
    is_fine: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        said = [*self.texts.values()]
        for value in self.given.values():
            if value.__class__ is tuple:
                said += value
        joined = "".join(said)
        self.is_fine = all(map(str.strip, said)) and (joined.isascii() or is_sendable(joined))

    def put(self, name: str, text: str | None, value: Any) -> None:
        """Let a variable have a value, or none."""
        if text is None:
            self.texts.pop(name, None)
        else:
            self.texts[name] = text
        if value is None:
            self.given.pop(name, None)
        else:
            self.given[name] = value

    def now(self) -> datetime:
        """Return the moment of rendering, the same each time it is asked."""
        if self.moment is None:
            self.moment = datetime.now(UTC).astimezone()
        return self.moment

    def has_enough(self, more: int, place: str) -> bool:
        """Tell whether lists would make, or look at, more entries than any message has; note it once, in its place."""
        self.rounds += more
        if self.rounds <= MOST_ENTRIES:
            return False
        if not any(problem.rule == rules.MOST_BLOCKS.code for problem in self.problems):
            self.problems.append(Problem(place, rules.MOST_BLOCKS, most=MOST_ENTRIES))
        return True

    def blamed(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Return whose values a text is of that breaks a rule: the one that cannot be sent, or all of them."""
        for name in names:
            if not is_sendable(self.texts[name]):
                return (name,)
        return tuple(dict.fromkeys(names))
