"""YAML as another way to write JSON: no tags, no aliases, no dates, no key twice."""

from __future__ import annotations

import re
from typing import Any

import yaml

from msgkit.errors import Problem, ValidationError

_TEXT = "tag:yaml.org,2002:str"

MOST_VALUES = 50_000
"""Most keys and values of a file; each costs some 25 µs to read, so that a file is read in two seconds at most."""


class _Loader(yaml.SafeLoader):
    """A safe loader that knows JSON's types only."""

    values = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        self.values += 1
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refusal("has an anchor or an alias; write it out", event)
        if getattr(event, "tag", None) is not None:
            raise _refusal("has a tag; write plain values", event)
        if self.values > MOST_VALUES:
            raise _refusal(f"has more than {MOST_VALUES} keys and values", event)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT002 - as in the base
        seen: set[str] = set()
        for key, _ in node.value:
            if key.tag != _TEXT:
                raise _refusal("has a key that is no text", key)
            if key.value in seen:
                raise _refusal(f"has the key {key.value!r} twice in one place", key)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _refusal(flaw: str, place: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=flaw, problem_mark=place.start_mark)


# Plain values as JSON writes them. All else is text: 2030-01-01, 12:30, 0123, no, <<.
_Loader.yaml_implicit_resolvers = {}
for _name, _pattern, _first in (
    ("null", r"(~|null|)\Z", ["~", "n", ""]),
    ("bool", r"(true|false)\Z", ["t", "f"]),
    ("int", r"-?(0|[1-9][0-9]*)\Z", [*"-0123456789"]),
    ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z", [*"-0123456789"]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_pattern), _first)


def load(text: str) -> Any:
    """Parse YAML.

    Raises:
        ValidationError: It is not YAML, or not such as JSON could say.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        flaw = f"is not YAML: {error.problem}{where}"
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        flaw = f"is not YAML: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    raise ValidationError([Problem("", flaw)])
