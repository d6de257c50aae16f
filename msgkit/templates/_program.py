"""How a template is rendered: found out once, then followed.

A program holds what stays as it is, and for each text with placeholders its pieces, its rule and its place.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, TypeAlias

import attrs

from msgkit import rules
from msgkit._beijing import BEIJING
from msgkit._fields import Check, as_moment
from msgkit._short import Expiry, Origins
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.templates._conditions import Condition
from msgkit.templates._entries import Loop, Variant
from msgkit.templates._filling import Filling, renumber
from msgkit.templates._hosts import moved_host
from msgkit.templates._making import MOST_ITEMS, MOST_NAMES, Fill, How, Shape, Way, When, maker

_ONCE = ("",)


@attrs.frozen(eq=False, repr=False)
class Pieces:
    """A text cut at its placeholders.

    Attributes:
        literals: What stands between them, one more than there are names.
        names: The variables, in order, each as often as it stands there.
        owners: Whose values they are: of the text of a list, that list.
    """

    literals: tuple[str, ...]
    names: tuple[str, ...]
    owners: tuple[str, ...] = ()

    def fill(self, filling: Filling) -> str:
        """Return the text with its placeholders filled."""
        texts = filling.texts
        return self.literals[0] + "".join(
            texts[name] + literal for name, literal in zip(self.names, self.literals[1:], strict=True)
        )

    def by_turns(self) -> list[str]:
        """Return literals and names by turns."""
        return [*chain.from_iterable(zip(self.literals, self.names, strict=False)), self.literals[-1]]


@attrs.frozen(eq=False, repr=False)
class Until:
    """An expiry that is known when it is rendered."""

    expiry: Expiry
    place: str

    def fill(self, filling: Filling) -> Any:
        """Return the moment."""
        try:
            if self.expiry.lasts is not None:
                return as_moment(filling.now().astimezone(BEIJING) + self.expiry.lasts)
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
    changing: Mapping[int, Change]

    def fill(self, filling: Filling) -> tuple[Any, ...]:
        """Return the tuple with its placeholders filled."""
        filled = list(self.items)
        for index, change in self.changing.items():
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
    changing: Mapping[int, Change]
    lists: Mapping[int, str]
    place: str

    def fill(self, filling: Filling) -> tuple[Any, ...]:
        """Return the tuple with its lists and placeholders filled."""
        filled: list[Any] = []
        texts, problems = filling.texts, filling.problems
        before = len(problems)
        for index, item in enumerate(self.items):
            change = self.changing.get(index)
            if change is None:
                filled.append(item)
                continue
            fill, name = change.fill, self.lists.get(index, "")
            rounds = filling.given.get(name, ()) if name else _ONCE
            if filling.has_enough(len(rounds), self.place, problems.append):
                return self.items
            for text in rounds:
                texts[name] = text  # a list stands in no text, and so its name is free for each of its own
                filled.append(fill(filling))
                if problems and len(problems) > before:
                    renumber(problems, before, f"{self.place}/{index}", f"{self.place}/{len(filled) - 1}")
                    before = len(problems)
        if not filled:
            names = tuple(dict.fromkeys(self.lists.values()))
            filling.problems.append(Problem(self.place, rules.EMPTY_VALUE, variable=names))
        return tuple(filled)


@attrs.frozen(eq=False, repr=False)
class Ruled:
    """A field that is checked anew because what it holds has changed.

    Attributes:
        index: Its number in its class.
        attribute: What attrs says of it.
        rule: What holds for it once it is filled.
        around: JSON Pointer to what it stands in.
        pieces: What it is made of, where it is a text.
        when: When the rule is asked.
        most: Greatest length of a text.
        movable: Whether it is a URL whose host a value could move.
    """

    index: int
    attribute: attrs.Attribute[Any]
    rule: Check
    around: str
    pieces: Pieces | None
    when: When
    most: int
    movable: bool

    def check(self, part: Any, value: Any, filling: Filling) -> None:
        """Note what is wrong with a value, and whose it is; of a URL that leads elsewhere, that alone."""
        pieces = self.pieces
        if self.movable and pieces is not None:
            moved = moved_host(pieces.literals, pieces.names, filling.texts)
            if moved is not None:
                pointer = f"{self.around}/{self.attribute.name}"
                owner = pieces.owners[pieces.names.index(moved.variable)]
                said = {**moved._asdict(), "variable": owner}
                filling.problems.append(Problem(pointer, rules.MOVED_HOST, value, **said))
                return
        try:
            self.rule(part, self.attribute, value)
        except ValidationError as error:
            found = (problem.under(self.around) for problem in error.problems)
            if pieces is not None and pieces.names:
                blamed = filling.blamed(pieces.names, pieces.owners)
                found = (problem.about(variable=blamed) for problem in found)
            filling.problems += found


@attrs.frozen(eq=False, repr=False)
class Part:
    """An instance of one of our classes of which some fields change.

    Attributes:
        shape: What the function depends on that makes it.
        special: What is special to this one; see `maker`.
    """

    shape: Shape
    special: list[Any]

    @classmethod
    def of(cls, made: type, values: Sequence[Any], changing: Mapping[int, Change], ruled: Sequence[Ruled]) -> Part:
        """Return what makes a part anew.

        Args:
            made: Its class.
            values: The value of each field, as it stands in the template.
            changing: What changes, by the number of its field.
            ruled: The fields that are checked anew; all others were checked when the template was composed.
        """
        fields = [_how(changing.get(index), value) for index, value in enumerate(values)]
        whens = tuple((field.index, field.when) for field in ruled)
        asked = [each for field in ruled for each in (field.check, field.most)]
        return cls(Shape(made, tuple(how for how, _ in fields), whens), [*(source for _, source in fields), *asked])

    @functools.cached_property
    def fill(self) -> Fill:
        """Returns the part with its placeholders filled; never asked of a part in another one, which makes it too."""
        return maker(self.shape)(self.special)


def _how(change: Change | None, value: Any) -> tuple[Way, Any]:
    """Return how something comes to its value, and the source of that."""
    if change is None:
        return How.KEPT, value
    if isinstance(change, Part):
        return change.shape, change.special
    if isinstance(change, Pieces) and len(change.names) <= MOST_NAMES:
        return len(change.names), change.by_turns()
    if isinstance(change, Items) and len(change.items) <= MOST_ITEMS:
        sources = [_how(change.changing.get(index), item) for index, item in enumerate(change.items)]
        return tuple(how for how, _ in sources), [source for _, source in sources]
    return How.MADE, change.fill


@attrs.frozen(eq=False, repr=False)
class Kept:
    """A block that is there as it is."""

    block: Any
    origins: Origins

    def run(self, filling: Filling, blocks: list[Any]) -> None:
        """Add it."""
        blocks.append(self.block)
        if filling.trace is not None:
            filling.trace.append(self.origins)


@attrs.frozen(eq=False, repr=False)
class Filled:
    """A block of which something changes."""

    part: Part
    origins: Origins

    def run(self, filling: Filling, blocks: list[Any]) -> None:
        """Add it."""
        blocks.append(self.part.fill(filling))
        if filling.problems:
            filling.place(len(blocks) - 1)
        if filling.trace is not None:
            filling.trace.append(self.origins)


@attrs.frozen(eq=False, repr=False)
class Group:
    """Several entries that stand together."""

    steps: tuple[Step, ...]

    def run(self, filling: Filling, blocks: list[Any]) -> None:
        """Add their blocks."""
        for step in self.steps:
            step.run(filling, blocks)


@attrs.frozen(eq=False, repr=False)
class Under:
    """What is there where a condition holds."""

    when: Condition
    step: Step

    def run(self, filling: Filling, blocks: list[Any]) -> None:
        """Add its blocks, where the condition holds."""
        holds = self.when.holds(filling.given)
        if holds or (filling.everything and not self.when.hides(filling.given)):
            self.step.run(filling, blocks)


@attrs.frozen(eq=False, repr=False)
class Rounds:
    """What is there once for each text of a list.

    Attributes:
        loop: The list.
        step: What is there.
        width: How many entries are looked at to make it once.
    """

    loop: Loop
    step: Step
    width: int

    def run(self, filling: Filling, blocks: list[Any]) -> None:
        """Add its blocks, in each round with the text known by its name."""
        loop, step = self.loop, self.step
        texts, given = filling.texts, filling.given
        rounds = given.get(loop.variable, ())
        if loop.at_most is not None and len(rounds) > loop.at_most:
            too_many = Problem("", rules.MOST_ROUNDS, variable=loop.variable, length=len(rounds), most=loop.at_most)
            filling.tell(too_many.at(f"/blocks/{len(blocks)}"))
            rounds = rounds[:1]  # stands there for what is too much, so that its place is known
        item = loop.item
        for text in rounds:
            if filling.has_enough(self.width, "/blocks", filling.tell):
                break
            texts[item] = given[item] = text
            step.run(filling, blocks)
        texts.pop(item, None)
        given.pop(item, None)


Step: TypeAlias = Kept | Filled | Group | Under | Rounds


@attrs.frozen(eq=False, repr=False)
class Blocks:
    """All blocks of a message.

    Attributes:
        steps: Its entries.
    """

    steps: tuple[Step, ...]

    def fill(self, filling: Filling) -> tuple[Any, ...]:
        """Return the blocks with their placeholders filled."""
        blocks: list[Any] = []
        problems, trace = filling.problems, filling.trace
        for step in self.steps:
            if type(step) is Filled and trace is None:  # most are, and the call costs a tenth of what it does
                blocks.append(step.part.fill(filling))
                if problems:
                    filling.place(len(blocks) - 1)
            else:
                step.run(filling, blocks)
        if not blocks and not filling.problems:
            filling.tell(Problem("/blocks", rules.EMPTY_LIST, what="block"))
        return tuple(blocks)


Change: TypeAlias = Pieces | Until | Items | Spliced | Blocks | Part


@attrs.frozen(eq=False, repr=False)
class Made:
    """One variant, as it is rendered.

    Attributes:
        variant: What it says.
        whole: Its message.
        constant: The message where nothing in it ever changes; else None.
    """

    variant: Variant
    whole: Part
    constant: Message | None

    def fill(self, filling: Filling) -> Message:
        """Return the message with its placeholders filled; what is wrong with it is noted in the rendering."""
        if self.constant is not None and filling.trace is None:
            return self.constant
        return self.whole.fill(filling)  # type: ignore[no-any-return]
