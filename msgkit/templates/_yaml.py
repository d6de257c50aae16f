"""YAML as another way to write JSON: no tags, no aliases, no dates, no key twice.

It is read by libyaml where that is there, and again in Python where something is wrong with it: so what is said of it,
and where, is the same everywhere.
"""

from __future__ import annotations

import re
from typing import Any

import attrs
import yaml

from msgkit import rules
from msgkit.errors import Problem
from msgkit.rules import Rule
from msgkit.templates import _slips
from msgkit.templates._folder import Place
from msgkit.templates._places import NotReadError, line_and_column

MOST_VALUES = 50_000
"""Most keys and values of a file; each costs some 40 µs to read in Python, so that a file is read in two seconds."""

MOST_LEVELS = 100
"""Most levels of lists and objects in each other; a message has about ten."""

_MANY_DIGITS = 10  # no list in a file has an entry of such a number

_FastParser: Any = getattr(yaml, "CSafeLoader", None)  # builds without libyaml have none
# What libyaml takes otherwise than Python does: question marks (in brackets, and before keys), comments right behind |
# or >, tabs, and breaks and marks that few editors show.
_find_unlike = re.compile(
    "[|>][-+0-9]*#|[^\n\r ->@A-~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
).search


class _RefusedError(Exception):
    """YAML that says what JSON could not."""

    def __init__(self, rule: Rule, mark: Any, **params: object) -> None:
        self.rule = rule
        self.mark = mark
        self.params = params


# Plain values as JSON writes them. All else is text: 2030-01-01, 12:30, 0123, no, <<.
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_number = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<rest>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)").fullmatch


@attrs.define(eq=False)
class Node:
    """A value, or a key, and where it stands.

    Attributes:
        mark: Where it begins.
        inside: The keys and values of an object by their names, the entries of a list.
        last: Where it ends; None for what ends with the last thing that stands in it, as lines under a key do.
    """

    mark: Any
    inside: dict[str, tuple[Node, Node]] | list[Node] | None = None
    last: Any = None


@attrs.define(eq=False)
class YamlTree:
    """Where things stand in YAML.

    Attributes:
        root: The whole; None where the file is empty.
    """

    root: Node | None

    def child(self, node: Node | None, name: str) -> tuple[Node, Node] | None:
        """Return the key and the value of that name in an object, or twice the entry of that number in a list."""
        match node.inside if node else None:
            case dict(entries):
                return entries.get(name)
            case list(entries):
                number = int(name) if name.isdecimal() and len(name) < _MANY_DIGITS else -1
                return (entries[number], entries[number]) if 0 <= number < len(entries) else None
        return None

    def place(self, node: Node | None) -> Place:
        """Return where something stands."""
        return Place(node.mark.line + 1, node.mark.column + 1) if node else Place(1, 1)

    def span(self, node: Node | None) -> tuple[int, int]:
        """Return the positions at which something begins, and behind which it ends."""
        if node is None:
            return 0, 0
        last = node
        while last.last is None and last.inside:
            last = last.inside[-1] if isinstance(last.inside, list) else [*last.inside.values()][-1][1]
        return node.mark.index, (last.last or last.mark).index


# What is being read: each takes the values that stand in it.


class _Whole:
    def __init__(self) -> None:
        self.data: Any = None
        self.node: Node | None = None

    def nothing(self, _: Any) -> Node | None:
        """Return where a value stands of which nothing is written."""
        return None

    def add(self, data: Any, node: Node) -> None:
        self.data, self.node = data, node


class _List:
    def __init__(self, mark: Any) -> None:
        self.data: list[Any] = []
        self.inside: list[Node] = []
        self.node = Node(mark, self.inside)

    def nothing(self, mark: Any) -> Node:
        return Node(mark)

    def add(self, data: Any, node: Node) -> None:
        self.data.append(data)
        self.inside.append(node)


class _Object:
    def __init__(self, mark: Any) -> None:
        self.data: dict[str, Any] = {}
        self.inside: dict[str, tuple[Node, Node]] = {}
        self.node = Node(mark, self.inside)
        self._key: tuple[str, Node] | None = None

    def nothing(self, mark: Any) -> Node:
        return self._key[1] if self._key else Node(mark)

    def add(self, data: Any, node: Node) -> None:
        if self._key is not None:
            name, key = self._key
            self.data[name] = data
            self.inside[name] = key, node
            self._key = None
        elif not isinstance(data, str):
            raise _RefusedError(rules.YAML_KEY, node.mark)
        elif data in self.data:
            raise _RefusedError(rules.YAML_REPEATED_KEY, node.mark, key=repr(data))
        else:
            self._key = data, node


_BEGIN: dict[type[Any], Any] = {yaml.SequenceStartEvent: _List, yaml.MappingStartEvent: _Object}
_END = {yaml.SequenceEndEvent, yaml.MappingEndEvent}
_VALUES = {yaml.ScalarEvent, yaml.AliasEvent, *_BEGIN}


def _compose(parser: Any) -> tuple[Any, YamlTree]:
    """Put together what a parser reads, at any depth without recursion.

    Raises:
        _RefusedError: It says what JSON could not.
        yaml.YAMLError: It is broken.
        ValueError: It has an escape for a character that there is not.
        OverflowError: Likewise.
    """
    whole: Any = _Whole()
    here: Any = whole
    around: list[Any] = []
    flows: list[bool] = []
    values = documents = 0
    while (kind := type(event := parser.get_event())) is not yaml.StreamEndEvent:
        if kind in _VALUES:
            values += 1
            _need_json(event, values)
        if kind is yaml.ScalarEvent:
            mark = event.start_mark
            is_there = event.value or not event.implicit[0]
            here.add(_value(event), Node(mark, None, event.end_mark) if is_there else here.nothing(mark))
        elif kind in _BEGIN:
            around.append(here)
            here = _BEGIN[kind](event.start_mark)
            flows.append(event.flow_style)
            if len(around) > MOST_LEVELS:
                raise _RefusedError(rules.TOO_DEEP, event.start_mark)
        elif kind in _END:
            done, here = here, around.pop()
            if flows.pop():  # it has a bracket of its own
                done.node.last = event.end_mark
            here.add(done.data, done.node)
        elif kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise _RefusedError(rules.YAML_DOCUMENTS, event.start_mark)
    return whole.data, YamlTree(whole.node)


def _need_json(event: Any, values: int) -> None:
    """Refuse a value that JSON could not say, or that is one too many."""
    if event.anchor is not None:
        raise _RefusedError(rules.YAML_ANCHOR, event.start_mark)
    if event.tag is not None:
        raise _RefusedError(rules.YAML_TAG, event.start_mark)
    if values > MOST_VALUES:
        raise _RefusedError(rules.YAML_VALUES, event.start_mark, most=MOST_VALUES)


def _value(event: Any) -> Any:
    text = event.value
    if not event.implicit[0]:  # it is in quotes, or in lines of its own
        return text
    if text in _WORDS:
        return _WORDS[text]
    match = _number(text)
    if match is None:
        return text
    if match["rest"]:
        return float(text)
    try:
        return int(text)
    except ValueError as error:  # of more digits than Python reads
        raise _RefusedError(rules.NOT_YAML, event.start_mark, reason=str(error)) from None


def load(text: str) -> tuple[Any, YamlTree]:
    """Parse YAML.

    Returns:
        What it says, and where it says it.

    Raises:
        NotReadError: It is not YAML, or not such as JSON could say.
    """
    if _FastParser is not None and not _find_unlike(text):
        try:
            return _compose(_FastParser(text))
        except (yaml.YAMLError, _RefusedError):
            pass  # what is wrong is found again, and told in one way
    return _load_slowly(text)


def _load_slowly(text: str) -> tuple[Any, YamlTree]:
    if (position := text.find("\ufeff")) >= 0:
        raise _not_character(text, position)
    try:
        parser = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        raise _not_character(text, error.position) from None
    try:
        return _compose(parser)
    except _RefusedError as error:
        failure = _slips.Failure(error.rule.code, error.mark.index)
        rule, params = error.rule, error.params
    except yaml.MarkedYAMLError as error:
        failure = _failure(error)
        rule, params = rules.NOT_YAML, {"reason": error.problem}
    except (ValueError, OverflowError) as error:
        failure = _slips.Failure("an escape for no character", parser.get_mark().index)
        rule, params = rules.NOT_YAML, {"reason": str(error)}
    slip = _slips.find(text, failure) or _slips.Slip(rule, params, failure.here)
    raise NotReadError(Problem("", slip.rule, **slip.params), line_and_column(text, slip.position))


def _failure(error: Any) -> _slips.Failure:
    here, there = error.problem_mark, error.context_mark
    further = " further down" if there and there.line < here.line else ""
    return _slips.Failure(f"{error.context}: {error.problem}{further}", here.index, there.index if there else None)


def _not_character(text: str, position: int) -> NotReadError:
    problem = Problem("", rules.YAML_CHARACTER, char=f"U+{ord(text[position]):04X}")
    return NotReadError(problem, line_and_column(text, position))
