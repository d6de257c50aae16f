"""Checking all rows before anything is sent: each is made into the very request."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from msgkit import _endpoints
from msgkit._beijing import BEIJING
from msgkit._cli._many import findings
from msgkit._cli._many.content import Content
from msgkit._cli._many.entries import COMPLAINT, ID, OWN, Entry, entry_of, unknown
from msgkit._cli._many.findings import Finding, shown
from msgkit._cli._many.lines import BrokenError
from msgkit._cli._many.seen import Known, Seen
from msgkit._cli._many.table import Row, Table, flaws_of
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.message import Message
from msgkit.templates._variables import VariableType

_MOST_COLUMNS = 3


@attrs.define
class Amounts:
    """The smallest and the largest amount of a variable, in fen, each with its row."""

    least: tuple[int, int] | None = None
    most: tuple[int, int] | None = None

    def add(self, fen: int, row: int) -> None:
        """Look at another one."""
        if self.least is None or fen < self.least[0]:
            self.least = fen, row
        if self.most is None or fen > self.most[0]:
            self.most = fen, row


@attrs.define
class Checking:
    """A check of all rows.

    Attributes:
        table: The table.
        content: What is sent.
        purpose: What the replies are for.
        caller: The caller's mchid.
        plain_too: Whether a complaint may get a plain reply instead.
        moment: The moment that rows are rendered for.
        seen: Takes what is known of each row.
        amounts: Takes the amounts, by variable.
        number: How many rows there were.
        first: The first row.
        longest: The two rows, but for the first, whose values are longest, with their length.
        last: The last row.
    """

    table: Table
    content: Content
    purpose: str
    caller: str
    plain_too: bool
    moment: datetime = attrs.field(factory=lambda: datetime.now(BEIJING))
    seen: Seen = attrs.field(factory=Seen)
    amounts: dict[str, Amounts] = attrs.field(factory=dict)
    number: int = 0
    first: Entry | None = None
    longest: list[tuple[int, Entry]] = attrs.field(factory=list)
    last: Entry | None = None

    def findings(self) -> Iterator[Finding]:
        """Look at all rows, and yield what is wrong as it is found."""
        try:
            header = self.table.header()
            if header is not None:
                flaws = list(self._of_header(header))
                yield from flaws
                if flaws:
                    return  # every row would say it again
            for row in self.table.rows():
                self.number += 1
                yield from [row] if isinstance(row, Finding) else self._of_row(row)
        except BrokenError as error:
            yield error.finding
            return
        if not self.number:
            yield Finding(None, None, findings.NO_ROWS)

    def entries(self) -> Iterator[Entry]:
        """Read the rows again, of a table in which nothing was wrong.

        Raises:
            BrokenError: It is another one now.
        """
        for row in self.table.rows():
            entry = None if isinstance(row, Finding) else self._entry(row)
            if not isinstance(entry, Entry):
                raise BrokenError(findings.CHANGED)
            yield entry

    def _of_header(self, header: tuple[str, ...]) -> Iterator[Finding]:
        known = OWN | self.content.variables
        yield from flaws_of(header, known, self.content.required | {COMPLAINT}, frozenset(self.content.fixed))
        for name, variable in self.content.declared.items():
            if name in header and variable.type is VariableType.MONEY and variable.unit is None:
                yield Finding(None, shown(name, header.index(name) + 1), findings.NO_UNIT)
        if self.content.is_plain and ID in header:
            yield Finding(None, ID, findings.PLAIN_ID)

    def _entry(self, row: Row) -> Entry | list[Finding]:
        return entry_of(row, self.content.fixed, self.content.declared)

    def _of_row(self, row: Row) -> Iterator[Finding]:
        if self.table.is_json:
            wrong = list(unknown(row, OWN | self.content.variables, self.content.fixed))
            if self.content.is_plain and ID in row.cells:
                wrong.append(Finding(row.number, ID, findings.PLAIN_ID))
            if wrong:
                yield from wrong
                return
        entry = self._entry(row)
        if not isinstance(entry, Entry):
            yield from entry
            return
        known = Known(entry.row, entry.complaint_id, entry.id(self.purpose, self.caller), entry.digest)
        try:
            self._make(entry, known.id)
        except (TemplateError, ValidationError) as error:
            yield from (Finding(entry.row, _column(problem), problem) for problem in error.problems)
            return
        other = self.seen.add(known)
        if other is not None:
            words = findings.SAME_REPLY if self.content.is_plain else findings.SAME_ID
            yield Finding(entry.row, None, words, {"other": str(other)})
        self._note(entry)

    def _make(self, entry: Entry, made: str) -> None:
        """Make the request of a row.

        Raises:
            TemplateError: A value is missing, or none of its variable's.
            ValidationError: A rule is broken.
        """
        said = self.content.render(entry.values, self.moment)
        _endpoints.send(
            entry.complaint_id,
            said,
            complainted_mchid=entry.mchid or self.caller,
            idempotent_id=made if isinstance(said, Message) else None,
        )
        if self.plain_too and isinstance(said, Message):
            said.to_reply()

    def _note(self, entry: Entry) -> None:
        self.last = entry
        if self.first is None:
            self.first = entry
        else:
            size = sum(len(str(value)) for value in entry.values.values())
            self.longest = sorted([*self.longest, (size, entry)], key=lambda each: -each[0])[:2]
        for name, variable in self.content.declared.items():
            if variable.type is VariableType.MONEY and name in entry.values:
                self.amounts.setdefault(name, Amounts()).add(entry.values[name], entry.row)


def _column(problem: Problem) -> str | None:
    """Return the column that a broken rule is about; None where it is about the message as a whole."""
    named = problem.params.get("variable", problem.params.get("name"))
    if isinstance(named, str):
        return shown(named, 0)
    if isinstance(named, tuple):
        return ", ".join(shown(str(name), 0) for name in named[:_MOST_COLUMNS])
    own = problem.pointer.removeprefix("/")
    return own if own in OWN else None
