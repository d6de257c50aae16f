"""The rows of a table, CSV or JSON Lines, streamed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from msgkit._cli._many import findings
from msgkit._cli._many.findings import Finding, shown
from msgkit._cli._many.lines import BrokenError, lines
from msgkit._near import nearest

JSON_LINES = (".jsonl", ".ndjson")
_SEPARATORS = ",;\t"


@attrs.frozen
class Row:
    """A row.

    Attributes:
        number: As a spreadsheet counts it: the header is 1; of JSON Lines, the line.
        cells: What stands in it, by column; what is blank does not.
    """

    number: int
    cells: Mapping[str, Any]


@attrs.frozen
class Table:
    """A file of rows.

    Attributes:
        path: The file; its ending says whether it is JSON Lines.
        encoding: What it is written in, a key of `ENCODINGS`.
    """

    path: Path
    encoding: str

    @property
    def is_json(self) -> bool:
        """Whether it is JSON Lines."""
        return self.path.suffix.lower() in JSON_LINES

    def header(self) -> tuple[str, ...] | None:
        """Return the names of its columns; None of JSON Lines, where each row has its own.

        Raises:
            BrokenError: It cannot be read.
        """
        if self.is_json:
            return None
        found = _names(next(self._records(), []))
        if not found:
            raise BrokenError(findings.EMPTY)
        return found

    def rows(self) -> Iterator[Row | Finding]:
        """Yield the rows, and what is wrong with those that are none.

        Raises:
            BrokenError: The rest cannot be read.
        """
        yield from self._of_json() if self.is_json else self._of_csv()

    def _records(self) -> Iterator[list[str]]:
        source = lines(self.path, self.encoding)
        first = next(source, "")
        separator = max(_SEPARATORS, key=first.count)

        def all_lines() -> Iterator[str]:
            yield first
            yield from source

        reader = csv.reader(all_lines(), delimiter=separator, strict=True)
        try:
            if first:
                yield from reader
        except csv.Error:
            raise BrokenError(findings.BROKEN, line=reader.line_num, most=csv.field_size_limit()) from None

    def _of_csv(self) -> Iterator[Row | Finding]:
        records = self._records()
        names = _names(next(records, []))
        for number, cells in enumerate(records, 2):
            if not any(map(str.strip, cells)):
                continue
            if len(cells) < len(names) or any(map(str.strip, cells[len(names) :])):
                params = {"number": len(cells), "columns": len(names)}
                yield Finding(number, None, findings.RAGGED, params)
                continue
            yield Row(number, {name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()})

    def _of_json(self) -> Iterator[Row | Finding]:
        for number, line in enumerate(lines(self.path, self.encoding), 1):
            if not line.strip():
                continue
            try:
                found = json.loads(line, object_pairs_hook=_once, parse_constant=_refuse)
            except _RepeatedError:
                yield Finding(number, None, findings.REPEATED_KEY)
            except RecursionError:
                yield Finding(number, None, findings.NESTED)
            except ValueError as error:
                why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
                yield Finding(number, None, findings.NOT_JSON, {"why": why})
            else:
                if isinstance(found, dict):
                    yield Row(number, {name: value for name, value in found.items() if value is not None})
                else:
                    yield Finding(number, None, findings.NO_OBJECT)


def _names(cells: list[str]) -> tuple[str, ...]:
    """Return the names in a header; a spreadsheet may write empty cells behind the last."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


class _RepeatedError(Exception):
    """A name that stands twice in an object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RepeatedError
    return found


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON number")


def flaws_of(
    header: tuple[str, ...], known: frozenset[str], needed: frozenset[str], fixed: frozenset[str]
) -> Iterator[Finding]:
    """Find what is wrong with the columns of a table.

    Args:
        header: Their names.
        known: The names that there may be.
        needed: Those that there must be.
        fixed: Those of variables whose value is the same in all rows.
    """
    seen: set[str] = set()
    for number, name in enumerate(header, 1):
        called = shown(name, number)
        if not name:
            yield Finding(None, called, findings.NO_NAME)
        elif name in seen:
            yield Finding(None, called, findings.TWICE)
        elif name in fixed:
            yield Finding(None, called, findings.GIVEN)
        elif name not in known:
            yield Finding(None, called, findings.UNKNOWN, {"near": nearest(name, known)})
        seen.add(name)
    for name in sorted(needed - seen):
        yield Finding(None, None, findings.NO_COLUMN, {"name": shown(name, 0)})
