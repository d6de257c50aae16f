"""From what a template says to how it is rendered, and what is wrong with how it uses its variables."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs

from msgkit import _wire, rules
from msgkit._fields import Check, Limits, limits
from msgkit._near import nearest
from msgkit._placeholders import as_name, find_dollars
from msgkit._short import Expiry, Origins, placeholder
from msgkit._wire.places import Path, Place, standing
from msgkit._wire.shape import TAGGED, Array, Field, Kind, Leaf, Part as PartKind, Tagged, shape_of
from msgkit.blocks import InvalidInfo
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.rules import Rule
from msgkit.templates._conditions import Condition, unfit, unreachable
from msgkit.templates._entries import Entry, Variant
from msgkit.templates._hosts import can_move
from msgkit.templates._making import When
from msgkit.templates._program import (
    Blocks,
    Change,
    Filled,
    Group,
    Items,
    Kept,
    Made,
    Part,
    Pieces,
    Rounds,
    Ruled,
    Spliced,
    Step,
    Under,
    Until,
)
from msgkit.templates._variables import Variable, VariableType

_BLOCKS = TAGGED[0]
_DATA = attrs.fields_dict(Message)["custom_data"]
_BLOCKS_INDEX = list(attrs.fields_dict(Message)).index("blocks")
_DATA_INDEX = list(attrs.fields_dict(Message)).index("custom_data")
_UNDECLARED = Variable()
_FEW = 20
_words_at = re.compile(r"(?P<open>[({（｛])? *(?P<words>[^\W\d][\w -]{0,63})(?P<closed>(?(open)[)}）｝]))?").match


@attrs.frozen(eq=False, repr=False)
class Compiled:
    """A template, ready to be rendered.

    Attributes:
        variants: What it may become, in order.
        names: Its variables, each with the JSON Pointer to where it first stands in the file, or the message.
        problems: What is wrong with it.
    """

    variants: tuple[Made, ...]
    names: dict[str, str]
    problems: tuple[Problem, ...]


def compiled(variants: Iterable[Variant], declared: Mapping[str, Variable]) -> Compiled:
    """Find out how the variants of a template are rendered.

    Args:
        variants: What it says.
        declared: What is said of its variables.
    """
    names: dict[str, str] = {}
    items: dict[str, str] = {}
    problems: list[Problem] = []
    made = []
    for variant in variants:
        compiler = _Compiler(declared, problems)
        made.append(compiler.variant(variant))
        for name, place in compiler.names.items():
            names.setdefault(name, place)
        for item, place in compiler.items.items():
            items.setdefault(item, place)
    shadowed = [item for item in items if item in names or item in declared]
    problems += (Problem(items[item], rules.SHADOWED, variable=item) for item in shadowed)
    return Compiled(tuple(made), names, tuple(problems))


def never_reached(variants: Iterable[Made], declared: Mapping[str, Variable]) -> Iterator[Problem]:
    """Yield a problem for each variant that the ones before it leave nothing to."""
    chain = [made.variant for made in variants]
    for index in unreachable([each.when for each in chain], declared):
        yield Problem(chain[index].place, rules.UNREACHABLE)


class _Compiler:
    """Goes through a variant once.

    Attributes:
        names: The variables that were found, each with where it was found first.
        items: What lists call their texts, each with where that is said first.
    """

    def __init__(self, declared: Mapping[str, Variable], problems: list[Problem]) -> None:
        self.names: dict[str, str] = {}
        self.items: dict[str, str] = {}
        self._declared = declared
        self._problems = problems
        self._bound: dict[str, str] = {}  # what lists call their texts, here, each with its list
        self._guards: list[str] = []  # variables that have a value here, by the conditions around
        self._origins = Origins(None)
        self._expiries: Mapping[str, Expiry] = {}
        self._wholes: Mapping[str, str] = {}

    def variant(self, variant: Variant) -> Made:
        """Return how a variant is rendered."""
        with self._under(variant.when, f"{variant.place}/when"):
            steps = tuple(self._step(entry) for entry in variant.entries)
            data = self._data(variant)
        constant = variant.skeleton() if not data and all(isinstance(step, Kept) for step in steps) else None
        changing: dict[int, Change] = {_BLOCKS_INDEX: Blocks(steps)}
        if data:
            changing[data.index] = data.pieces or Pieces(("",), ())
        values = (None, variant.sender_identity, variant.custom_data)
        return Made(variant, Part.of(Message, values, changing, [data] if data else []), constant)

    def _data(self, variant: Variant) -> Ruled | None:
        """Return how the merchant's own data is checked, where something of it changes."""
        if variant.custom_data is None or "$" not in variant.custom_data:
            return None
        self._origins = Origins(None, verbatim=True)
        pieces = self._text(variant.custom_data, variant.data_place)
        rule: Any = _DATA.validator
        ruled = Ruled(_DATA_INDEX, _DATA, rule, "", pieces, *_asked(rule), movable=False)
        if not pieces.names:
            self._check_now(ruled, None, pieces.literals[0], variant.data_place)
        return ruled

    # Entries

    def _step(self, entry: Entry) -> Step:
        place = _wire.pointer(entry.origins.entry)
        loop = entry.loop
        with self._round(entry, place), self._under(entry.when, f"{place}/when"):
            step = self._once(entry)
        if loop is None:
            return Under(entry.when, step) if entry.when else step
        if entry.when is not None and entry.when.name == loop.item:
            return Rounds(loop, Under(entry.when, step), entry.size())
        rounds = Rounds(loop, step, entry.size())
        return Under(entry.when, rounds) if entry.when else rounds

    def _once(self, entry: Entry) -> Step:
        if entry.block is None:
            return Group(tuple(self._step(each) for each in entry.entries))
        self._origins = entry.origins
        self._expiries, self._wholes = dict(entry.expiries), dict(entry.lists)
        part = self._part(standing(_BLOCKS, entry.block, None))
        return Filled(part, entry.origins) if part else Kept(entry.block, entry.origins)

    @contextmanager
    def _round(self, entry: Entry, place: str) -> Iterator[None]:
        """Know the text of a list's round by its name."""
        loop = entry.loop
        if loop is None:
            yield
            return
        around = [] if entry.when is None or entry.when.name == loop.item else [entry.when]
        with self._guarding(around):
            self._use(loop.variable, f"{place}/for", VariableType.LIST, rules.NO_LIST)
        is_bound = loop.item in self._bound
        if is_bound:
            self._note(f"{place}/for", rules.SHADOWED, variable=loop.item)
        self.items.setdefault(loop.item, f"{place}/for")
        self._bound[loop.item] = loop.variable
        try:
            yield
        finally:
            if not is_bound:
                del self._bound[loop.item]

    @contextmanager
    def _under(self, condition: Condition | None, place: str) -> Iterator[None]:
        """Know which variable has a value where a condition holds."""
        if condition is None:
            yield
            return
        type_ = VariableType.TEXT
        if condition.name not in self._bound:
            self.names.setdefault(condition.name, place)
            type_ = self._declared.get(condition.name, _UNDECLARED).type
        if wrong := unfit(condition, type_):
            self._note(place, rules.UNFIT_COMPARISON, variable=condition.name, given=type_.value, expected=wrong)
        with self._guarding([condition]):
            yield

    @contextmanager
    def _guarding(self, conditions: list[Condition]) -> Iterator[None]:
        guards = [each.name for each in conditions if each.asks_for_it]
        self._guards += guards
        try:
            yield
        finally:
            del self._guards[len(self._guards) - len(guards) :]

    def _use(self, name: str, place: str, type_: VariableType | None = None, rule: Rule | None = None) -> None:
        """Note that a variable is used, and whether it may be here."""
        if name in self._bound:
            if rule is not None:
                self._note(place, rule, variable=name, given=VariableType.TEXT.value)
            return
        self.names.setdefault(name, place)
        variable = self._declared.get(name, _UNDECLARED)
        if type_ is not None and variable.type is not type_ and rule is not None:
            self._note(place, rule, variable=name, given=variable.type.value)
        elif not variable.is_required and variable.default is None and name not in self._guards:
            near = nearest(name, [each for each in self._guards if each not in self._declared])
            self._note(place, rules.UNGUARDED, variable=name, near=near)

    def _note(self, place: str, rule: Rule, **params: object) -> None:
        self._add(Problem(place, rule, **params))

    def _add(self, problem: Problem) -> None:
        # What sends its own text has it twice.
        if problem not in self._problems[-_FEW:]:
            self._problems.append(problem)

    # Parts

    def _part(self, place: Place) -> Part | None:
        """Return what makes a part anew; None where nothing in it changes."""
        cls: type = type(place.part)
        shape = shape_of(cls)
        values = tuple(field.get(place.part) for field in shape.fields)
        changing: dict[int, Change] = {}
        ruled: list[Ruled] = []
        for index, field in enumerate(shape.fields):
            path = place.field(field.name)
            if change := self._change(field.kind, values[index], path):
                changing[index] = change
                ruled += self._ruled(index, field, path, change)
        if cls is InvalidInfo and (expiry := self._expiries.get(_wire.pointer(place.path))):
            changing[0] = self._until(expiry, place.field("expired_time"))
        return Part.of(shape.cls, values, changing, ruled) if changing else None

    def _until(self, expiry: Expiry, path: Path) -> Until:
        pointer = _wire.pointer(path)
        if expiry.variable is not None:
            self._use(expiry.variable, self._origins.place(pointer), VariableType.DATETIME, rules.NO_DATETIME)
        return Until(expiry, pointer)

    def _change(self, kind: Kind, value: Any, path: Path) -> Change | None:
        """Return what makes a value anew; None where nothing in it changes."""
        if value is None:
            return None
        match kind:
            case Leaf(type=type_) if type_ is str:
                return self._leaf(value, path) if "$" in value else None
            case Array(item=item):
                return self._items(item, value, path)
            case PartKind() | Tagged():
                return self._part(standing(kind, value, path))
        return None

    def _leaf(self, text: str, path: Path) -> Pieces:
        pointer = _wire.pointer(path)
        return self._text(text, self._origins.place(pointer))

    def _items(self, item: Kind, value: tuple[Any, ...], path: Path) -> Change | None:
        lists: dict[int, str] = {}
        changing: dict[int, Change] = {}
        for index, each in enumerate(value):
            at = (path, index)
            if name := self._listed(each, at):
                lists[index] = name
                self._bound[name] = name
            if change := self._change(item, each, at):
                changing[index] = change
            self._bound.pop(lists.get(index, ""), None)
        if lists:
            pointer = _wire.pointer(path)
            self._origins.spliced.add(pointer)
            return Spliced(value, changing, lists, pointer)
        return Items(value, changing) if changing else None

    def _listed(self, item: Any, path: Path) -> str | None:
        """Return the list that stands in place of an item, which is its placeholder and nothing else."""
        pointer = _wire.pointer(path)
        if name := self._wholes.get(pointer):
            self._use(name, self._origins.place(pointer), VariableType.LIST, rules.NO_LIST)
            return name
        text = getattr(item, "faq_title", None) or getattr(item, "text", None)
        if not isinstance(text, str) or not (name := placeholder(text)) or item != type(item)(text):
            return None
        if name in self._bound or self._declared.get(name, _UNDECLARED).type is not VariableType.LIST:
            return None
        self._use(name, self._origins.place(pointer), VariableType.LIST, rules.NO_LIST)
        return name

    def _text(self, text: str, place: str) -> Pieces:
        """Cut a text at its placeholders, and note what is wrong with them, at a place in the file."""
        literals: list[str] = []
        names: list[str] = []
        lone: list[int] = []
        since: list[str] = []
        end = 0
        for match in find_dollars(text):
            since.append(text[end : match.start()])
            end = match.end()
            written = match["named"] or match["braced"]
            if match["escaped"] is not None:
                since.append("$")
            elif written and (name := as_name(written)):
                names.append(name)
                literals.append("".join(since))
                since = []
            else:
                lone.append(match.start())
                since.append("$")
        literals.append("".join([*since, text[end:]]))
        if lone:
            near = self._meant(text, lone[0])
            self._add(Problem(place, rules.LONE_DOLLAR, text, position=lone[0], more=len(lone) - 1, near=near))
        for name in dict.fromkeys(names):
            self._stand(name, place)
        return Pieces(tuple(literals), tuple(names), tuple(self._bound.get(name, name) for name in names))

    def _meant(self, text: str, position: int) -> str:
        """Return the variable that was meant by a dollar that begins none; the empty string where none was."""
        match = _words_at(text, position + 1)
        if match is None:
            return ""
        written = match["words"].strip()
        name = re.sub(r"[ -]+", "_" if written.isascii() else "", written)
        return nearest(name, self._declared) or (name if match["closed"] else "")

    def _stand(self, name: str, place: str) -> None:
        """Note what is wrong with a variable that stands in a text."""
        type_ = VariableType.TEXT if name in self._bound else self._declared.get(name, _UNDECLARED).type
        if type_ is VariableType.LIST or type_ is VariableType.BOOL:
            self.names.setdefault(name, place)
            rule = rules.LIST_IN_TEXT if type_ is VariableType.LIST else rules.BOOL_IN_TEXT
            self._note(place, rule, variable=name)
        else:
            self._use(name, place)

    def _ruled(self, index: int, field: Field, path: Path, change: Change) -> Iterable[Ruled]:
        """Return how a field that changes is checked anew; what lies in it checks itself."""
        if field.filled is None or field.holds_parts or path is None:
            return
        pieces = change if isinstance(change, Pieces) else None
        movable = pieces is not None and limits(field.filled).https and can_move(pieces.literals)
        asked = _asked(field.filled) if pieces is not None and not movable else (When.ALWAYS, 0)
        ruled = Ruled(index, field.attribute, field.filled, _wire.pointer(path[0]), pieces, *asked, movable=movable)
        if pieces is not None and not pieces.names:
            self._check_now(ruled, None, pieces.literals[0], None)
        else:
            yield ruled

    def _check_now(self, ruled: Ruled, part: Any, value: Any, place: str | None) -> None:
        """Note what is wrong with a text in which no variable stands, once its dollars are what they mean."""
        try:
            ruled.rule(part, ruled.attribute, value)
        except ValidationError as error:
            for problem in error.problems:
                at = place if place is not None else self._origins.place(ruled.around + problem.pointer)
                self._add(problem.at(at))


def _asked(rule: Check) -> tuple[When, int]:
    """Return when the rule of a text is asked, and which length is too great."""
    said: Limits | None = getattr(rule, "limits", None)
    if said is None or said.together or (said.https and said.at_most is not None):
        return When.ALWAYS, 0
    if said.https:
        return When.NOT_PLAIN, 0
    return When.FOUL, sys.maxsize if said.at_most is None else said.at_most
