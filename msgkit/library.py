"""`Library`: a folder of template files. Nothing in a file is run, and no name leads out of the folder."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgkit import _folder, wire
from msgkit._extras import hint
from msgkit._folder import Folder
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.templates import Template

LARGEST_FILE = 1024 * 1024
"""Most bytes of a template file."""

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
        ValidationError: What it holds is no template; with all problems, each with its JSON Pointer.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder).absolute()
        self._templates: dict[str, Template] = {}
        self._found = _folder.look_through(self.folder)
        if self._found.flaws:
            raise TemplateError(_all(self._found.flaws))
        self._paths = {self._found.name(file): file for file in self._found.files}

    def __getitem__(self, name: str) -> Template:
        if name not in self._templates:
            if name not in self._paths:
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


def _all(flaws: tuple[_folder.Flaw, ...]) -> str:
    more = len(flaws) - _MOST_FLAWS
    return "; ".join(map(str, flaws[:_MOST_FLAWS])) + (f"; and {more} more" if more > 0 else "")


def read(path: Path, folder: Folder | None = None) -> Template:
    """Read one template file.

    Args:
        path: The file.
        folder: The folder that it was found in, out of which it must not lead now either.

    Raises:
        TemplateError: The file cannot be read, or is no JSON or YAML.
        ValidationError: What it holds is no template; with all problems, each with its JSON Pointer.
    """
    data = parse(path, folder)
    try:
        return Template.from_dict(data)
    except ValidationError as error:
        raise ValidationError(error.problems, str(path)) from None


def parse(path: Path, folder: Folder | None = None) -> Any:
    """Return the content of a JSON or YAML file as dicts and lists; see `read`.

    Raises:
        TemplateError: In one line, with the file's name.
    """
    content = _folder.content(path, LARGEST_FILE, folder)
    if len(content) > LARGEST_FILE:
        raise TemplateError(f"{path}: is larger than {LARGEST_FILE} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path}: is not UTF-8: byte {error.start} cannot be decoded") from None
    try:
        return _parse_json(text) if path.suffix.lower() == ".json" else _parse_yaml(text)
    except ValidationError as error:
        raise TemplateError(f"{path}: {error.problems[0].message}") from None


def _parse_json(text: str) -> Any:
    return wire.parse(text, "", object_pairs_hook=_without_repeats)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _parse_yaml(text: str) -> Any:
    try:
        from msgkit._yaml import load  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        if error.name != "yaml":
            raise
        raise ValidationError([Problem("", f"YAML needs {hint('yaml')}")]) from None
    return load(text)
