"""`Library`: a folder of template files. Nothing in a file is run, and no name leads out of the folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgkit._language import in_a_line
from msgkit.errors import TemplateError, ValidationError
from msgkit.templates import _folder
from msgkit.templates._folder import Folder, UnreadableError
from msgkit.templates._source import load
from msgkit.templates._template import Template

_MOST_FLAWS = 20


class Library(Mapping[str, Template]):
    """The templates in a folder and its folders, by name: ``refund/accepted`` is ``refund/accepted.json`` or ``.yaml``.

    The folder is looked through once, when the library is made; a file is read when it is first asked for. Hidden files
    and folders are passed over. YAML needs the extra ``msgkit-wechatpay[yaml]``.

    Args:
        folder: The folder. It may be relative to the current one, as that is when the library is made.

    Attributes:
        folder: The folder, as an absolute path.

    Raises:
        TemplateError: There is no such folder, a folder in it may not be looked into, a link leads out of it, or
            several files have one name; it names each.

    Reading a template raises:
        KeyError: There is none of that name.
        TemplateError: The file cannot be read, is no JSON or YAML, or was replaced by a link out of the folder.
        ValidationError: What it holds is no template; with all problems, each by JSON Pointer, line and column.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder).absolute()
        self._templates: dict[str, Template] = {}
        self._found = _look_through(self.folder)
        self._paths = self._found.names

    def __getitem__(self, name: str) -> Template:
        if name not in self._templates:
            if name not in self._paths:
                import difflib  # noqa: PLC0415 - nearly nobody asks for a name that is not there

                near = difflib.get_close_matches(str(name), self._paths, n=1)
                raise KeyError(f"{name}; did you mean {near[0]}?" if near else name)
            self._templates[name] = read(self._paths[name], self._found)
        return self._templates[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __repr__(self) -> str:
        return f"Library({str(self.folder)!r})"


def _look_through(folder: Path) -> Folder:
    try:
        found = _folder.look_through(folder)
    except UnreadableError as error:
        raise TemplateError(f"{error.flaw.problem}: {folder}") from None
    if found.flaws:
        raise TemplateError(in_a_line(found.flaws[:_MOST_FLAWS], max(0, len(found.flaws) - _MOST_FLAWS)))
    return found


def read(path: Path, folder: Folder | None = None) -> Template:
    """Read one template file.

    Args:
        path: The file.
        folder: The folder that it was found in, out of which it must not lead now either.

    Raises:
        TemplateError: The file cannot be read, or is no JSON or YAML.
        ValidationError: What it holds is no template; with all problems, each with its JSON Pointer and its place.
    """
    try:
        source = load(path, folder)
    except UnreadableError as error:
        raise TemplateError(str(error)) from None
    try:
        return Template.from_dict(source.data)
    except ValidationError as error:
        raise source.refusal(error.problems) from None
