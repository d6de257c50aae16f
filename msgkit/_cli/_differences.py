"""How what the customer sees differs between two files, or between a file and what was sent before."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from msgkit._beijing import BEIJING
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.errors import TemplateError
from msgkit.preview import as_text
from msgkit.reply import Reply
from msgkit.templates import Template

_CONTEXT = 2  # lines
_RULES_DIFFER = Words(
    "With these examples the customer sees no difference; conditions or variables differ:",
    "按示例填写，用户看到的内容没有变化；条件或变量有变化：",
)
_VARIANT = Words("Variant {number}[: when {when}]", "第 {number} 种回复[：when {when}]")


def differences(before: Template | Reply, after: Template | Reply, names: tuple[str, str], lang: str) -> Iterator[str]:
    """Yield how two files differ, in the lines of a unified diff; nothing where the customer sees no difference.

    Both are filled with the same examples, those of the second first. Where only conditions or variables differ, that
    is said in the first line.

    Args:
        before: What the one holds.
        after: What the other holds.
        names: What they are called.
        lang: The language.
    """
    moment = datetime.now(BEIJING)
    values = {
        name: value for side in (before, after) if isinstance(side, Template) for name, value in side.examples.items()
    }
    lines = list(_compared(_faces(before, values, moment, lang), _faces(after, values, moment, lang), names))
    if not lines and isinstance(before, Template) and isinstance(after, Template):
        lines = _of_rules(before, after, names)
        if lines:
            yield _RULES_DIFFER.text(lang)
    yield from lines


def _faces(content: Template | Reply, values: Mapping[str, Any], moment: datetime, lang: str) -> list[str]:
    """Return the lines that a customer reads, of every variant, filled with the examples of both sides."""
    if isinstance(content, Reply):
        return as_text(content).split("\n")
    lines: list[str] = []
    variants = content.variants or (content,)
    for number, variant in enumerate(variants, 1):
        if content.variants:
            when = content.conditions[number - 1]
            lines.append(_VARIANT.text(lang, number=str(number), when=when))
        lines += as_text(_filled(variant, values).at(moment)).split("\n")
    return lines


def _filled(template: Template, values: Mapping[str, Any]) -> Template:
    """Fill a template with those values that it takes; its own examples stand for the rest."""
    for name in template.variables & values.keys():
        try:
            template = template.partial(**{name: values[name]})
        except TemplateError:  # it had another type
            continue
    return template


def _of_rules(before: Template, after: Template, names: tuple[str, str]) -> list[str]:
    """Return how two templates differ that look alike."""
    if before.fingerprint == after.fingerprint:
        return []
    return list(_compared(_rules(before), _rules(after), names))


def _rules(template: Template) -> list[str]:
    short = template.to_short()
    said = {key: value for key, value in short.items() if key != "description"}
    for variable in said.get("variables", {}).values():
        variable.pop("description", None)
        variable.pop("example", None)
    from msgkit._short.as_yaml import as_yaml  # noqa: PLC0415 - an extra, for those who see no difference

    return as_yaml(said).split("\n")


def _compared(before: Iterable[str], after: Iterable[str], names: tuple[str, str]) -> Iterator[str]:
    old, new = map(printable, names)
    yield from difflib.unified_diff(list(before), list(after), old, new, n=_CONTEXT, lineterm="")
