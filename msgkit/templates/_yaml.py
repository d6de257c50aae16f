"""YAML as another way to write JSON: no tags, no aliases, no dates, no key twice."""

from __future__ import annotations

import re
from typing import Any

import attrs
import yaml

from msgkit import rules
from msgkit.errors import Problem
from msgkit.rules import Rule
from msgkit.templates._folder import Place
from msgkit.templates._places import NotReadError, line_and_column

_TEXT = "tag:yaml.org,2002:str"

MOST_VALUES = 50_000
"""Most keys and values of a file; each costs some 25 µs to read, so that a file is read in two seconds at most."""


class _RefusedError(Exception):
    """YAML that says what JSON could not."""

    def __init__(self, rule: Rule, mark: Any, **params: object) -> None:
        self.rule = rule
        self.mark = mark
        self.params = params


class _Loader(yaml.SafeLoader):
    """A safe loader that knows JSON's types only."""

    values = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.values += 1
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _RefusedError(rules.YAML_ANCHOR, event.start_mark)
        if getattr(event, "tag", None) is not None:
            raise _RefusedError(rules.YAML_TAG, event.start_mark)
        if self.values > MOST_VALUES:
            raise _RefusedError(rules.YAML_VALUES, event.start_mark, most=MOST_VALUES)
        return super().compose_node(parent, index)

    def construct_object(self, node: Any, deep: bool = False) -> Any:  # noqa: FBT002 - as in the base
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # a number of more digits than Python reads
            raise _RefusedError(rules.NOT_YAML, node.start_mark, reason=str(error)) from None

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT002 - as in the base
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != _TEXT:
                raise _RefusedError(rules.YAML_KEY, key.start_mark)
            if key.value in seen:
                raise _RefusedError(rules.YAML_REPEATED_KEY, key.start_mark, key=repr(key.value))
            seen.add(key.value)
        return super().construct_mapping(node, deep)


# Plain values as JSON writes them. All else is text: 2030-01-01, 12:30, 0123, no, <<.
_Loader.yaml_implicit_resolvers = {}
for _name, _pattern, _first in (
    ("null", r"(~|null|)\Z", ["~", "n", ""]),
    ("bool", r"(true|false)\Z", ["t", "f"]),
    ("int", r"-?(0|[1-9][0-9]*)\Z", [*"-0123456789"]),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z", [*"-0123456789"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), _first)


@attrs.define(eq=False)
class YamlTree:
    """Where things stand in YAML: the nodes that it was composed of.

    Attributes:
        root: The whole; None where the file is empty.
    """

    root: yaml.Node | None
    _known: dict[yaml.Node | None, dict[str, tuple[yaml.Node, yaml.Node]]] = attrs.field(factory=dict)

    def child(self, node: yaml.Node | None, name: str) -> tuple[yaml.Node, yaml.Node] | None:
        """Return the key and the value of that name in a mapping, or the entry of that number in a sequence."""
        if node not in self._known:
            self._known[node] = _inside(node)
        return self._known[node].get(name)

    def place(self, node: yaml.Node | None) -> Place:
        """Return where a node stands."""
        return _place(node.start_mark) if node else Place(1, 1)


def _inside(node: yaml.Node | None) -> dict[str, tuple[yaml.Node, yaml.Node]]:
    match node:
        case yaml.MappingNode(value=entries):
            return {key.value: (key, value) for key, value in entries}
        case yaml.SequenceNode(value=entries):
            return {str(index): (entry, entry) for index, entry in enumerate(entries)}
    return {}


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def load(text: str) -> tuple[Any, YamlTree]:
    """Parse YAML.

    Returns:
        What it says, and where it says it.

    Raises:
        NotReadError: It is not YAML, or not such as JSON could say.
    """
    place: Place | None
    try:
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            return (None if root is None else loader.construct_document(root)), YamlTree(root)
        except RecursionError:
            raise _RefusedError(rules.TOO_DEEP, loader.get_mark()) from None
        finally:
            loader.dispose()
    except _RefusedError as error:
        rule, params, place = error.rule, error.params, _place(error.mark)
    except yaml.MarkedYAMLError as error:
        rule, params = rules.NOT_YAML, {"reason": error.problem or "it is broken"}
        place = _place(error.problem_mark) if error.problem_mark else None
    except yaml.YAMLError as error:  # characters that YAML does not have
        rule, params = rules.NOT_YAML, {"reason": str(error).splitlines()[0] if str(error) else "it is broken"}
        place = line_and_column(text, getattr(error, "position", 0))
    raise NotReadError(Problem("", rule, **params), place)
