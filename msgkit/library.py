"""`Library`: a folder of template files. Nothing in a file is run, and no name leads out of the folder."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgkit import wire
from msgkit._extras import hint
from msgkit.errors import Problem, TemplateError, ValidationError
from msgkit.templates import Template

SUFFIXES = (".json", ".yaml", ".yml")
"""How the names of template files end."""

LARGEST_FILE = 1024 * 1024
"""Most bytes of a template file."""


class Library(Mapping[str, Template]):
    """The templates in a folder and its folders, by name: ``refund/accepted`` is ``refund/accepted.json`` or ``.yaml``.

    The folder is looked through once, when the library is made; a file is read when it is first asked for. Hidden files
    and folders are passed over. YAML needs the extra ``msgkit-wechatpay[yaml]``.

    Args:
        folder: The folder.

    Raises:
        TemplateError: There is no such folder, or two files have one name.

    Reading a template raises:
        KeyError: There is none of that name.
        TemplateError: The file cannot be read, or is no JSON or YAML.
        ValidationError: What it holds is no template; with all problems, each with its JSON Pointer.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        self._templates: dict[str, Template] = {}
        self._paths = names(self.folder, find(self.folder))

    def __getitem__(self, name: str) -> Template:
        if name not in self._templates:
            if name not in self._paths:
                near = difflib.get_close_matches(str(name), self._paths, n=1)
                raise KeyError(f"{name}; did you mean {near[0]}?" if near else name)
            self._templates[name] = read(self._paths[name])
        return self._templates[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __repr__(self) -> str:
        return f"Library({str(self.folder)!r})"


def find(folder: Path) -> list[Path]:
    """Return the template files in a folder and its folders, in order of their names.

    Raises:
        TemplateError: There is no such folder, or a file is a link that leads out of it.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise TemplateError(f"no such folder: {folder}")
    found, leading_out = look_through(folder)
    if leading_out:
        raise leading_out[0]
    return found


def look_through(folder: Path) -> tuple[list[Path], list[TemplateError]]:
    """Return the template files in a folder and its folders, and an error for each link that leads out of it."""
    root = os.path.realpath(folder)
    found: list[Path] = []
    leading_out: list[TemplateError] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix not in SUFFIXES or any(part.startswith(".") for part in inside.parts) or path.is_dir():
            continue
        # Not Path.resolve, which raises RuntimeError for a link to itself.
        if not Path(os.path.realpath(path)).is_relative_to(root):
            leading_out.append(TemplateError(f"{path} leads out of the folder"))
        else:
            found.append(path)
    return found, leading_out


def names(folder: Path, files: Iterable[Path]) -> dict[str, Path]:
    """Return the files by the names that a library of this folder has for them.

    Raises:
        TemplateError: Two files have one name.
    """
    found: dict[str, Path] = {}
    for path in files:
        name = path.relative_to(folder).with_suffix("").as_posix()
        other = found.setdefault(name, path)
        if other is not path:
            raise TemplateError(f"two files for the name {name}: {other} and {path}")
    return found


def read(path: Path) -> Template:
    """Read one template file.

    Raises:
        TemplateError: The file cannot be read, or is no JSON or YAML.
        ValidationError: What it holds is no template; with all problems, each with its JSON Pointer.
    """
    data = parse(path)
    try:
        return Template.from_dict(data)
    except ValidationError as error:
        raise ValidationError(error.problems, str(path)) from None


def parse(path: Path) -> Any:
    """Return the content of a JSON or YAML file as dicts and lists.

    Raises:
        TemplateError: In one line, with the file's name.
    """
    content = _content(path)
    if len(content) > LARGEST_FILE:
        raise TemplateError(f"{path}: is larger than {LARGEST_FILE} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path}: is not UTF-8: byte {error.start} cannot be decoded") from None
    try:
        return _parse_json(text) if path.suffix == ".json" else _parse_yaml(text)
    except ValidationError as error:
        raise TemplateError(f"{path}: {error.problems[0].message}") from None


def _content(path: Path) -> bytes:
    try:
        # Opening a pipe would wait for whoever writes into it.
        if not stat.S_ISFIFO(path.stat().st_mode):
            with path.open("rb") as file:
                return file.read(LARGEST_FILE + 1)
        reason: object = "is a pipe"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
    raise TemplateError(f"{path}: cannot be read: {reason}")


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
