"""The schema of what a template file says of its variables, for editors: derived from `Variable` and its enums."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

import attrs

from msgkit._fields import Limits
from msgkit._placeholders import LONGEST_NAME
from msgkit._wire.schema import CHARACTERS, NAME, Describer, described
from msgkit._wire.shape import Leaf
from msgkit.templates._editing import END, LIMIT, Schema, closed, spellings, words
from msgkit.templates._hints import hint
from msgkit.templates._variables import FITS, Emoji, Unit, Variable, VariableType

_NAMES: Final[Schema] = {
    "pattern": rf"^{NAME}{END}",
    "maxLength": LONGEST_NAME,
    "patternErrorMessage": "变量名用字母、汉字、数字和下划线，不以数字开头，不用 not、in、true、false。"
    "A name is letters, digits and underscores, begins with no digit, and is not not, in, true or false.",
}
_VALUES: Final = ("default", "example")
_SNIPPET: Final = {
    "label": "变量 variable",
    "description": hint("variable", "variable"),
    "body": {"${1:order_no}": {"description": "${2:订单号}", "example": '"${3:4200002188202411}"'}},
}


def _text(pattern: str, message: str) -> Schema:
    return {"type": "string", "pattern": rf"^\s*(?:{pattern})\s*{END}", "patternErrorMessage": message}


_FEN: Final = _text(r"[0-9]{1,15}", "分写成 12800。Fen are written as 12800.")
_YUAN: Final = _text(r"[0-9]{1,13}(?:\.[0-9]{1,2})?", "元写成 128.00。Yuan are written as 128.00.")
_TRUTHS: Final = r"[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|是|否"
_DATE, _CLOCK = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?"

_TYPED: Final[Mapping[VariableType, Schema]] = {
    VariableType.INT: {
        **_text(r"-?(?:0|[1-9][0-9]{0,17})", "写整数。A whole number."),
        "type": ["integer", "string"],
        "errorMessage": "写整数。A whole number.",
    },
    VariableType.MONEY: {
        "type": ["integer", "string"],
        "minimum": 0,
        "errorMessage": '写整数（分），或写 unit 和带引号的 "128.00"。A whole number of fen; or unit, and "128.00".',
    },
    VariableType.DATE: _text(_DATE, "日期写成 2026-11-28。A date is written as 2026-11-28."),
    VariableType.DATETIME: _text(
        rf"{_DATE}[Tt ]{_CLOCK}(?:[Zz]|[+-][0-9]{{2}}:[0-9]{{2}})",
        "写成 2026-11-28T12:00:00+08:00。A date and time has its zone: 2026-11-28T12:00:00+08:00.",
    ),
    VariableType.BOOL: {**_text(_TRUTHS, "写 true 或 false。True or false."), "type": ["boolean", "string"]},
}
"""What stands for a variable in a file, of the types that are no texts; what a type is not in takes anything."""


def variables(describer: Describer) -> Schema:
    """Describe what stands under ``variables``.

    Args:
        describer: Describes texts, which here have no placeholders.
    """
    return {
        "description": hint("file", "variables"),
        "type": "object",
        "propertyNames": _NAMES,
        "additionalProperties": describer.ref_to("variable", lambda: _variable(describer)),
        "defaultSnippets": [_SNIPPET],
    }


def _variable(describer: Describer) -> Schema:
    type_ = {"description": hint("variable", "type"), **words(VariableType, "variable", "type")}
    return {
        "description": hint("variable", "variable"),
        "type": ["object", "null"],
        "errorMessage": "写成对象：{description: …, example: …}。An object: {description: …, example: …}.",
        "properties": {"type": type_},
        "allOf": [
            {"if": _is(VariableType, "type", each, otherwise=each is VariableType.TEXT), "then": _of(each, describer)}
            for each in VariableType
        ],
    }


def _is(enum: type[StrEnum], key: str, member: StrEnum, *, otherwise: bool = False) -> Schema:
    """Describe an object that has this word under a key; or, where that is what counts then, none."""
    needed = {} if otherwise else {"required": [key]}
    return {"type": "object", **needed, "properties": {key: {"pattern": f"^(?:{spellings(enum, member)}){END}"}}}


def _of(type_: VariableType, describer: Describer) -> Schema:
    """Describe what is said of a variable of this type."""
    hints = get_type_hints(Variable)
    properties: dict[str, Schema] = {}
    for field in attrs.fields(Variable):
        name = field.name
        if name == "type":
            properties[name] = {"doNotSuggest": True}  # it is offered above
        elif type_ in FITS.get(name, (type_,)):
            value = _value(type_, describer) if name in _VALUES else _kind(hints[name], name, describer)
            properties[name] = {"description": hint("variable", name, described(Variable, name)), **value}
    both = {"properties": {"required": {"const": True}}, "required": ["required", "default"]}
    message = "有默认值就不是必填。What has a default is not required."
    rules = [{"if": both, "then": {"properties": {"default": False}, "errorMessage": message}}]
    return closed(properties, allOf=[*rules, *_of_values(type_)])


def _kind(annotation: Any, name: str, describer: Describer) -> Schema:
    """Describe a field that is not a value of the variable."""
    (kind,) = [each for each in get_args(annotation) or (annotation,) if each is not NoneType]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return words(kind, "variable", name)
    if kind is int:
        return LIMIT
    return {"type": "string"} if kind is str else describer.value(Leaf(kind), Limits())


def _value(type_: VariableType, describer: Describer) -> Schema:
    """Describe a value as a file may give it."""
    match type_:
        case VariableType.TEXT:
            return {"type": "string", "errorMessage": "数字等请加引号。Put numbers and the like in quotes."}
        case VariableType.LIST:
            return {"type": "array", "items": {"type": "string"}}
        case VariableType.URL:
            return describer.value(Leaf(str), Limits(https=True))
        case VariableType.MEDIA:
            return describer.value(Leaf(str), Limits(blank=False))
        case _:
            return _TYPED.get(type_, {})


def _of_values(type_: VariableType) -> list[Schema]:
    """Return what else holds of values, by what is said beside them."""
    if type_ is VariableType.MONEY:
        fen, yuan = _is(Unit, "unit", Unit.FEN), _is(Unit, "unit", Unit.YUAN)
        plain = {"type": "integer", "errorMessage": _TYPED[type_]["errorMessage"]}
        return [
            {"if": fen, "then": _both(_FEN | {"type": ["integer", "string"]})},
            {"if": yuan, "then": _both(_YUAN | {"type": ["integer", "string"]})},
            {"if": {"not": {"required": ["unit"]}}, "then": _both(plain)},
        ]
    if type_ in FITS["emoji"]:
        sendable: Schema = {"items": CHARACTERS} if type_ is VariableType.LIST else CHARACTERS
        return [{"if": _is(Emoji, "emoji", Emoji.DROP), "else": _both(sendable)}]
    return []


def _both(value: Schema) -> Schema:
    return {"properties": {key: {**value, "doNotSuggest": True} for key in _VALUES}}
