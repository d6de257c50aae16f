"""`Entry`: one template file, as it stands: what it says, and what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs

from msgkit import rules
from msgkit.errors import Problem, ValidationError
from msgkit.reply import Reply
from msgkit.templates import Template, _folder, checking
from msgkit.templates._file import PLAIN_REPLY
from msgkit.templates._folder import Folder, Place, UnreadableError
from msgkit.templates._includes import FolderShelf, Includes
from msgkit.templates._source import LARGEST_FILE
from msgkit.templates.checking import Finding


@attrs.frozen(eq=False)
class Entry:
    """A template file, as it stands; the same object for as long as nothing about it changes.

    Attributes:
        name: Its name, such as ``refund/accepted``.
        path: Its path below the folder, with its ending and slashes.
        stamp: Which content it has; the empty string where it cannot be read.
        text: That content, its lines ended by line feeds alone; what is no UTF-8 in it is replaced.
        template: The template that it is; None where it is none.
        reply: The plain reply that it is; None where it is none.
        findings: What `msgkit check` finds in it, errors first.
        says: What the customer reads, with placeholders.
        files: All files that decide this: it stays so until one of them changes.
    """

    name: str
    path: str
    stamp: str
    text: str = attrs.field(repr=False)
    template: Template | None = None
    reply: Reply | None = None
    findings: tuple[Finding, ...] = ()
    says: str = attrs.field(default="", repr=False)
    files: tuple[Path, ...] = attrs.field(default=(), repr=False)

    @property
    def errors(self) -> int:
        """How many of the findings make it unusable."""
        return sum(finding.severity == "error" for finding in self.findings)

    def is_made_of(self, files: Iterable[Path]) -> bool:
        """Tell whether one of these files has a part in it, being included or missing."""
        return not set(files).isdisjoint(self.files)

    def beside(self, other: str | None) -> Entry:
        """Return it with the warning that another file says nearly the same; without, where none does."""
        same = rules.NEARLY_THE_SAME
        findings = [finding for finding in self.findings if finding.rule != same.code]
        if other is not None:
            findings.append(Finding(self.path, Problem("", same, other=other), "warning", Place(1, 1)))
        return self if tuple(findings) == self.findings else attrs.evolve(self, findings=tuple(findings))


def is_whole(text: str) -> bool:
    """Tell whether a text, or the name of a file, has no half of a character in it, which UTF-8 cannot write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def stamp_of(content: bytes) -> str:
    """Return which content this is: a short text that is another one for any other content."""
    return hashlib.sha256(content).hexdigest()[:32]


def read(name: str, path: Path, folder: Folder) -> Entry:
    """Read a file of a folder."""
    try:
        content = _folder.content(path, LARGEST_FILE, folder)
    except UnreadableError as error:
        shown = _shown(path, folder)
        finding = Finding(shown, error.flaw.problem, place=error.flaw.place)
        return Entry(name, shown, "", "", findings=(finding,), files=(path,))
    return examined(name, path, content, folder)


def examined(name: str, path: Path, content: bytes, folder: Folder) -> Entry:
    """Return what a file of a folder would be with this content."""
    seen = checking.examine(path, content, Includes(FolderShelf(folder)), name)
    shown = _shown(path, folder)
    return Entry(
        name,
        shown,
        stamp_of(content),
        content.decode("utf-8-sig", "replace").replace("\r\n", "\n"),
        seen.template,
        _reply(seen.data),
        tuple(attrs.evolve(finding, file=shown) for finding in seen.findings),
        seen.text,
        seen.files,
    )


def _reply(data: object) -> Reply | None:
    if not (isinstance(data, Mapping) and PLAIN_REPLY in data):
        return None
    try:
        return Reply.from_dict(data)
    except ValidationError:
        return None


def _shown(path: Path, folder: Folder) -> str:
    return path.relative_to(folder.path).as_posix()
