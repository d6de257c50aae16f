"""How a template is rendered: found out once, then followed.

A program holds what stays as it is, and for each text with placeholders its pieces, its rule and its place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import attrs

from msgkit import rules
from msgkit._fields import Check, as_moment, unchecked
from msgkit._short import Expiry, Origins
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.templates._conditions import Condition
from msgkit.templates._entries import Loop, Variant
from msgkit.templates._filling import Filling
from msgkit.templates._hosts import moved_host
from msgkit.templates._values import BEIJING


@attrs.frozen(eq=False, repr=False)
class Pieces:
    """A text cut at its placeholders.

    Attributes:
        literals: What stands between them, one more than there are names.
        names: The variables, in order, each as often as it stands there.
        pattern: The same for the ``%`` operator, which is the fastest way to put a text together.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    pattern: str

    def fill(self, filling: Filling) -> str:
        """Return the text with its placeholders filled."""
        return self.pattern % tuple(map(filling.texts.__getitem__, self.names))


@attrs.frozen(eq=False, repr=False)
class Until:
    """An expiry that is known when it is rendered."""

    expiry: Expiry
    place: str

    def fill(self, filling: Filling) -> Any:
        """Return the moment."""
        try:
            if self.expiry.lasts is not None:
                return as_moment(filling.now() + self.expiry.lasts)
            moment = filling.given.get(self.expiry.variable or "")
            # Where only a look is taken, a placeholder may stand for it.
            return as_moment(moment.astimezone(BEIJING)) if isinstance(moment, datetime) else None
        except OverflowError:
            filling.problems.append(Problem(self.place, rules.TOO_FAR))
            return None


@attrs.frozen(eq=False, repr=False)
class Items:
    """A tuple of which some entries change.

    Attributes:
        items: The entries, as they stand in the template.
        changing: Those that change, by their number.
    """

    items: tuple[Any, ...]
    changing: tuple[tuple[int, Change], ...]

    def fill(self, filling: Filling) -> tuple[Any, ...]:
        """Return the tuple with its placeholders filled."""
        filled = list(self.items)
        for index, change in self.changing:
            filled[index] = change.fill(filling)
        return tuple(filled)


@attrs.frozen(eq=False, repr=False)
class Spliced:
    """A tuple into which lists are put.

    Attributes:
        items: The entries, as they stand in the template.
        changing: Those that change, by their number.
        lists: The entries that are made once for each text of a list, with its variable.
        place: JSON Pointer to the tuple, in its block.
    """

    items: tuple[Any, ...]
    changing: dict[int, Change]
    lists: dict[int, str]
    place: str

    def fill(self, filling: Filling) -> tuple[Any, ...]:
        """Return the tuple with its lists and placeholders filled."""
        filled: list[Any] = []
        for index, item in enumerate(self.items):
            change = self.changing.get(index)
            if change is None:
                filled.append(item)
                continue
            name = self.lists.get(index)
            texts = () if name is None else filling.given.get(name, ())
            if filling.has_enough(len(texts), self.place):
                return self.items
            for each in [filling] if name is None else [_bound(filling, name, text) for text in texts]:
                before = len(filling.problems)
                filled.append(change.fill(each))
                if len(filling.problems) > before:
                    _renumber(filling.problems, before, f"{self.place}/{index}", f"{self.place}/{len(filled) - 1}")
        if not filled:
            names = tuple(dict.fromkeys(self.lists.values()))
            filling.problems.append(Problem(self.place, rules.EMPTY_VALUE, variable=names))
        return tuple(filled)


def _bound(filling: Filling, name: str, text: str) -> Filling:
    """Return the same rendering with one more variable, for one round of a list."""
    return attrs.evolve(filling, texts={**filling.texts, name: text}, given={**filling.given, name: text})


def _renumber(problems: list[Problem], start: int, counted: str, stands: str) -> None:
    """Let problems say where something stands in the rendered message, rather than in the template."""
    for index in range(start, len(problems)):
        problem = problems[index]
        problems[index] = problem.at(stands + problem.pointer.removeprefix(counted))


@attrs.frozen(eq=False, repr=False)
class Ruled:
    """A field that is checked anew because what it holds has changed.

    Attributes:
        index: Its number in its class.
        attribute: What attrs says of it.
        rule: What holds for it once it is filled.
        around: JSON Pointer to what it stands in.
        pieces: What it is made of, where it is a text.
        movable: Whether it is a URL whose host a value could move.
    """

    index: int
    attribute: attrs.Attribute[Any]
    rule: Check
    around: str
    pieces: Pieces | None
    movable: bool

    def check(self, part: Any, value: Any, filling: Filling) -> None:
        """Note what is wrong with a value, and whose it is; of a URL that leads elsewhere, that alone."""
        pieces = self.pieces
        if self.movable and pieces is not None:
            moved = moved_host(pieces.literals, pieces.names, filling.texts)
            if moved is not None:
                pointer = f"{self.around}/{self.attribute.name}"
                filling.problems.append(Problem(pointer, rules.MOVED_HOST, value, **moved._asdict()))
                return
        try:
            self.rule(part, self.attribute, value)
        except ValidationError as error:
            found = (problem.under(self.around) for problem in error.problems)
            if pieces is not None and pieces.names:
                blamed = filling.blamed(pieces.names)
                found = (problem.about(variable=blamed) for problem in found)
            filling.problems += found


@attrs.frozen(eq=False, repr=False)
class Part:
    """An instance of one of our classes of which some fields change.

    Attributes:
        build: Builds the class without converting and checking.
        values: The value of each field, as it stands in the template.
        changing: What changes, by the number of its field.
        ruled: The fields that are checked anew; all others were checked when the template was composed.
    """

    build: Callable[..., Any]
    values: tuple[Any, ...]
    changing: tuple[tuple[int, Change], ...]
    ruled: tuple[Ruled, ...]

    def fill(self, filling: Filling) -> Any:
        """Return the part with its placeholders filled."""
        filled = list(self.values)
        for index, change in self.changing:
            filled[index] = change.fill(filling)
        part = self.build(*filled)
        for field in self.ruled:
            field.check(part, filled[field.index], filling)
        return part


Change: TypeAlias = Pieces | Until | Items | Spliced | Part


@attrs.frozen(eq=False, repr=False)
class Step:
    """An entry, as it is rendered.

    Attributes:
        what: What changes in its block, the block where nothing does, or the steps of several.
        when: Its condition.
        loop: Its list.
        origins: Where it stood in the file.
        width: How many entries are looked at to make it once.
    """

    what: Any
    when: Condition | None
    loop: Loop | None
    origins: Origins
    width: int = 1

    def run(self, filling: Filling, blocks: list[Any]) -> None:
        """Add its blocks, where its condition holds."""
        if self.loop is not None:
            self._rounds(self.loop, filling, blocks)
        elif self.when is None or filling.everything or self.when.holds(filling.given):
            self._once(filling, blocks)

    def _rounds(self, loop: Loop, filling: Filling, blocks: list[Any]) -> None:
        texts = filling.given.get(loop.variable, ())
        when = None if filling.everything else self.when
        if when is not None and when.name != loop.item and not when.holds(filling.given):
            return
        if loop.at_most is not None and len(texts) > loop.at_most:
            too_many = Problem("", rules.MOST_ROUNDS, variable=loop.variable, length=len(texts), most=loop.at_most)
            filling.problems.append(too_many.at(f"/blocks/{len(blocks)}"))
            texts = texts[:1]  # stands there for what is too much, so that its place is known
        for text in texts:
            if filling.has_enough(self.width, "/blocks"):
                return
            inner = _bound(filling, loop.item, text)
            if when is None or when.holds(inner.given):
                self._once(inner, blocks)
            filling.rounds = inner.rounds

    def _once(self, filling: Filling, blocks: list[Any]) -> None:
        what = self.what
        if what.__class__ is tuple:
            for step in what:
                step.run(filling, blocks)
            return
        if what.__class__ is Part:
            before = len(filling.problems)
            what = what.fill(filling)
            if len(filling.problems) > before:
                _renumber(filling.problems, before, "", f"/blocks/{len(blocks)}")
        blocks.append(what)
        if filling.trace is not None:
            filling.trace.append(self.origins)


@attrs.frozen(eq=False, repr=False)
class Made:
    """One variant, as it is rendered.

    Attributes:
        variant: What it says.
        steps: Its entries.
        data: What of its own data changes, and how it is checked; None where nothing does.
        constant: The message where nothing in it ever changes; else None.
    """

    variant: Variant
    steps: tuple[Step, ...]
    data: tuple[Pieces, Ruled] | None
    constant: Message | None
    names: dict[str, str]

    def fill(self, filling: Filling) -> Message:
        """Return the message with its placeholders filled; what is wrong with it is noted in the rendering."""
        if self.constant is not None and filling.trace is None:
            return self.constant
        blocks: list[Any] = []
        for step in self.steps:
            step.run(filling, blocks)
        data = self.variant.custom_data
        if self.data is not None:
            data = self.data[0].fill(filling)
        message = _build(tuple(blocks), self.variant.sender_identity, data)
        if self.data is not None:
            self.data[1].check(message, data, filling)
        if not blocks and not filling.problems:
            filling.problems.append(Problem("/blocks", rules.EMPTY_LIST, what="block"))
        return message  # type: ignore[no-any-return]


_build = unchecked(Message)
