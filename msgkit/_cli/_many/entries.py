"""What a row says: the complaint, whom it is about, its values, and the id that makes its reply one."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from msgkit._cli._many import findings
from msgkit._cli._many.findings import Finding, shown
from msgkit._cli._many.table import Row
from msgkit._language import Words
from msgkit._near import nearest
from msgkit.templates._values import UnfitError, take
from msgkit.templates._variables import Variable, VariableType

COMPLAINT, MERCHANT, ID = "complaint_id", "complainted_mchid", "idempotent_id"
OWN = frozenset({COMPLAINT, MERCHANT, ID})
"""The columns that are no variables."""

_LONGEST_PREFIX = 48

# Excel shows a number of more than 11 digits as 2.002E+26 and keeps 15 of them; the others become zeros.
_is_mangled = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{2,}|[1-9]\d{14}0{6,}", re.ASCII).fullmatch
_is_scientific = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{2,}", re.ASCII).fullmatch
_is_number = re.compile(r"[0-9]{1,32}").fullmatch
_is_id = re.compile(r"(?!['\"=])[!-~]+", re.ASCII).fullmatch
_find_unfit = re.compile(r"[^A-Za-z0-9_.-]+")

_FORMS = {COMPLAINT: (_is_id, findings.UNFIT_ID), MERCHANT: (_is_number, findings.UNFIT_MERCHANT)}


@attrs.frozen
class Entry:
    """A row, read.

    Attributes:
        row: Its number.
        complaint_id: The complaint.
        mchid: The merchant complained about; None for the caller.
        own_id: The id that the row gives to its reply; None where it gives none.
        values: Its values, by variable, with those that are the same in all rows; as the template takes them, so that
            128 and 128.00 yuan are the same.
    """

    row: int
    complaint_id: str
    mchid: str | None
    own_id: str | None
    values: Mapping[str, Any]

    @property
    def digest(self) -> bytes:
        """What tells whether the row is still the same: SHA-256."""
        return _hash([self.complaint_id, self.mchid, self.own_id, self._values])

    @property
    def _values(self) -> list[Any]:
        return sorted(self.values.items())

    def id(self, purpose: str, caller: str) -> str:
        """Return the id of its reply, at most 128 characters.

        It is the same whenever the same is said to the same complaint for the same purpose; it does not depend on the
        template's text.

        Args:
            purpose: What the replies are for.
            caller: The caller's mchid.
        """
        if self.own_id is not None:
            return self.own_id
        prefix = _find_unfit.sub("-", purpose)[-_LONGEST_PREFIX:].strip("-")
        made = _hash([purpose, caller, self.complaint_id, self._values]).hex()
        return f"{prefix}-{made}" if prefix else made


def _hash(parts: list[Any]) -> bytes:
    return hashlib.sha256(json.dumps(parts, default=str, separators=(",", ":")).encode()).digest()


def entry_of(row: Row, fixed: Mapping[str, Any], declared: Mapping[str, Variable]) -> Entry | list[Finding]:
    """Read a row, or say what is wrong with it.

    Args:
        row: The row.
        fixed: Values that are the same in all rows.
        declared: What the template says of its variables.
    """
    own, found = _own(row)
    values = dict(fixed)
    for name, value in row.cells.items():
        if name not in OWN:
            values[name] = value
            if _is_lost(value, declared.get(name)):
                found.append(Finding(row.number, shown(name, 0), findings.MANGLED))
    if found:
        return found
    values = {name: _value(value, declared.get(name)) for name, value in values.items()}
    return Entry(row.number, own[COMPLAINT], own.get(MERCHANT), own.get(ID), values)


def _own(row: Row) -> tuple[dict[str, str], list[Finding]]:
    """Return what stands in the columns that are no variables, and what is wrong with it."""
    own: dict[str, str] = {}
    found: list[Finding] = []
    for name in (COMPLAINT, MERCHANT, ID):
        value = row.cells.get(name)
        if value is None:
            continue
        if not isinstance(value, str):
            found.append(Finding(row.number, name, findings.NO_TEXT_ID))
        elif _is_mangled(value.strip()):
            found.append(Finding(row.number, name, findings.MANGLED))
        elif (flaw := _flaw(name, value.strip())) is not None:
            found.append(Finding(row.number, name, flaw))
        else:
            own[name] = value.strip()
    if COMPLAINT not in row.cells:
        found.append(Finding(row.number, COMPLAINT, findings.BLANK_ID))
    return own, found


def _flaw(name: str, value: str) -> Words | None:
    """Return why a text is none of a column's, in which nothing else is ever written."""
    if name not in _FORMS or not value:  # which is told otherwise
        return None
    is_fit, words = _FORMS[name]
    return None if is_fit(value) else words


def unknown(row: Row, known: frozenset[str], fixed: Mapping[str, Any]) -> Iterator[Finding]:
    """Find names in a row that are none of the template's; of JSON Lines, where there is no header."""
    for number, name in enumerate(row.cells, 1):
        if name in fixed:
            yield Finding(row.number, shown(name, number), findings.GIVEN)
        elif name not in known:
            yield Finding(row.number, shown(name, number), findings.UNKNOWN, {"near": nearest(name, known)})


def _value(value: Any, variable: Variable | None) -> Any:
    """Return a value as its variable takes it, so that it is the same however a spreadsheet writes it."""
    if variable is None:
        return value
    if variable.type is VariableType.LIST and isinstance(value, str):
        value = _list(value)
    try:
        return take(variable, value).given
    except UnfitError:  # which is told when the row is rendered
        return value


def _list(cell: str) -> Any:
    """Return the texts of a cell, which holds a JSON array, or lines."""
    if cell.lstrip().startswith("["):
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            pass
    return [line.strip() for line in cell.splitlines() if line.strip()]


def _is_lost(value: Any, variable: Variable | None) -> bool:
    is_text = variable is None or variable.type is VariableType.TEXT
    return is_text and isinstance(value, str) and _is_scientific(value.strip()) is not None
