"""The variables of a template as the fields of a form: what stands in a field, and which value a text in it means."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from msgkit.templates import Variable
from msgkit.templates._variables import Unit, VariableType

#: Beijing's time, which a moment without a zone means.
_ZONE = "+08:00"

_is_number = re.compile(r"[0-9]+(?:\.[0-9]+)?").fullmatch
_has_zone = re.compile(r".*T.*(?:Z|[+-][0-9:]+)", re.IGNORECASE).fullmatch


def unit_of(variable: Variable) -> str:
    """Return what money is counted in where people write it; empty for anything else."""
    if variable.type is not VariableType.MONEY:
        return ""
    return (variable.unit or Unit.YUAN).value


def written(variable: Variable, value: Any) -> str:
    """Return a value as it stands in a field; the empty string for none."""
    if value is None:
        return ""
    match variable.type:
        case VariableType.LIST:
            return "\n".join(map(str, value))
        case VariableType.MONEY if variable.unit is not Unit.FEN:
            return _yuan(value)
        case VariableType.BOOL:
            return "true" if value in (True, "true", "是") else "false"
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)


def _yuan(value: Any) -> str:
    try:
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else str(value)
    except InvalidOperation:
        return str(value)


def parsed(variable: Variable, text: str) -> Any:
    """Return the value that a text in a field means, whether or not it is one of its type.

    Of a list, each line is an entry; a moment without a zone is Beijing's, as browsers give it; money is in yuan where
    the template names no unit.
    """
    match variable.type:
        case VariableType.LIST:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case VariableType.TEXT:
            return text.replace("\r\n", "\n")
        case VariableType.DATETIME if "T" in text and not _has_zone(text.strip()):
            moment = text.strip()
            return f"{moment}:00{_ZONE}" if moment.count(":") == 1 else f"{moment}{_ZONE}"
        case VariableType.MONEY if variable.unit is None and _is_number(text.strip()):
            return Decimal(text.strip())
        case _:
            return text.strip()
