"""Template files as they were at a revision of git: ``HEAD~1:replies/accepted.yaml``."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import attrs

from msgkit import rules
from msgkit._cli._errors import WrongError
from msgkit._language import Words
from msgkit._near import nearest
from msgkit._printable import printable
from msgkit.errors import Problem
from msgkit.templates._folder import SUFFIXES, Flaw, UnreadableError
from msgkit.templates._includes import Shelf, first_with_all
from msgkit.templates._source import LARGEST_FILE, Source, parse

_NO_GIT = Words(
    "{argument} names a revision of git, and there is no git command", "{argument} 是 git 版本，但找不到 git 命令。"
)
_NOT_THERE = Words(
    "git knows no {argument}; write REVISION:PATH, the path from the repository's top folder",
    "git 里没有 {argument}；请写成 版本:路径，路径从仓库最上层算起。",
)
_SECONDS = 60


def is_revision(argument: str) -> bool:
    """Tell whether an argument names a file at a revision, rather than one that is there now."""
    revision, colon, path = argument.partition(":")
    # One letter is a drive of Windows.
    return bool(colon and path and len(revision) > 1) and not Path(argument).exists()


@attrs.frozen(eq=False)
class Revision:
    """A revision of a repository.

    Attributes:
        name: What git calls it.
        paths: The paths of all its files, from the repository's top folder.
    """

    name: str
    paths: frozenset[str]

    def load(self, path: str) -> Source:
        """Read a file.

        Raises:
            UnreadableError: It cannot be read.
        """
        shown = Path(f"{self.name}:{path}")
        size = _git("cat-file", "-s", f"{self.name}:{path}")
        if size is None or int(size) > LARGEST_FILE:
            rule = rules.LARGE_FILE if size else rules.CANNOT_BE_READ
            raise UnreadableError(Flaw(shown, Problem("", rule, most=LARGEST_FILE, reason="git")))
        return parse(shown, _git("cat-file", "blob", f"{self.name}:{path}") or b"")


@attrs.frozen(eq=False)
class RevisionShelf:
    """A folder at a revision.

    Attributes:
        revision: The revision.
        folder: The folder, from the repository's top; the empty string for that.
    """

    revision: Revision
    folder: str

    def path(self, name: str) -> Path | None:
        """Return the path of a file, by its name."""
        return next((path for path in self.places(name) if path.as_posix() in self.revision.paths), None)

    def places(self, name: str) -> tuple[Path, ...]:
        """Return the paths that a file of a name could have."""
        return tuple(Path(self.folder, name + suffix) for suffix in SUFFIXES)

    def load(self, path: Path) -> Source:
        """Read a file of the folder."""
        return self.revision.load(path.as_posix())

    def near(self, name: str) -> str:
        """Return the name of a file that is nearest to one that is not there."""
        inside = (PurePosixPath(path) for path in self.revision.paths)
        names = [
            path.relative_to(self.folder or ".").with_suffix("").as_posix()
            for path in inside
            if path.suffix.lower() in SUFFIXES and path.is_relative_to(self.folder or ".")
        ]
        return nearest(name, names)


def open_revision(argument: str, lang: str) -> tuple[Source, Shelf]:
    """Read a file at a revision.

    Returns:
        The file, and where what it includes lies at that revision.

    Raises:
        WrongError: There is no git, no such revision, or no such file in it.
        UnreadableError: The file cannot be read.
    """
    name, _, written = argument.partition(":")
    shown = printable(argument)
    try:
        # Its own name, so that nothing that it is called is taken for an option.
        commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        listed = commit and _git("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit.decode().strip())
        prefix = _git("rev-parse", "--show-prefix") or b""
    except FileNotFoundError:
        raise WrongError(_NO_GIT.text(lang, argument=shown), lang) from None
    paths = frozenset((listed or b"").decode(errors="surrogateescape").split("\0"))
    revision = Revision((commit or b"").decode().strip(), paths)
    for path in _spellings(written, prefix.decode(errors="surrogateescape").strip()):
        if path in paths:
            source = revision.load(path)
            return attrs.evolve(source, path=Path(argument)), _shelf(source, revision, path)
    raise WrongError(_NOT_THERE.text(lang, argument=shown), lang)


def _spellings(written: str, prefix: str) -> Sequence[str]:
    """Return the paths that may be meant: from the repository's top folder, or from the current one."""
    plain = PurePosixPath(written.replace("\\", "/").removeprefix("./")).as_posix()
    return (plain, prefix + plain)


def _shelf(source: Source, revision: Revision, path: str) -> Shelf:
    folders = ["" if str(folder) == "." else str(folder) for folder in PurePosixPath(path).parents]
    return first_with_all(source, [RevisionShelf(revision, folder) for folder in folders])


def _git(*arguments: str) -> bytes | None:
    """Return what git prints; None where it refuses."""
    done = subprocess.run(["git", *arguments], capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603, S607
    return done.stdout if done.returncode == 0 else None
