"""The file that a command shows or sends, and the values of its variables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgkit._cli._errors import WrongError
from msgkit._language import CHINESE, Words
from msgkit._near import nearest
from msgkit._placeholders import as_name
from msgkit._printable import printable
from msgkit.errors import TemplateError
from msgkit.reply import Reply
from msgkit.templates import Template, _folder
from msgkit.templates._file import PLAIN_REPLY
from msgkit.templates._includes import FolderShelf, Includes, Shelf, shelf_for
from msgkit.templates._source import Source, load
from msgkit.templates._template import template_from
from msgkit.templates._variables import VariableType

_FOLDER = Words(
    "{path} is a folder; name one of the template files in it", "{path} 是文件夹，请指定其中的一个模板文件。"
)
_NO_TEMPLATE = Words(
    "{path} is no template file; their names end in {endings:list}",
    "{path} 不是模板文件，文件名要以 {endings:list} 结尾。",
)
_NOT_THERE = Words("there is no file {path}; check the path and the name", "找不到文件 {path}，请检查路径和文件名。")
_NO_ASSIGNMENT = Words(
    "--var takes NAME=TEXT, e.g. --var order_no=42; “{argument}” is not written so",
    "--var 要写成 名称=内容，例如 --var order_no=42；“{argument}”不是这样写的。",
)
_NO_VARIABLES = Words(
    "there are no variables in this file; leave out --var {name}=…", "这个文件里没有变量，请去掉 --var {name}=…。"
)
_NO_SUCH_VARIABLE = Words(
    "there is no variable {name} in the template; did you mean {near}?",
    "模板里没有变量 {name}，请改成模板里有的，例如 {near}。",
)


def assignments(arguments: Iterable[str], lang: str) -> list[tuple[str, str]]:
    """Return the names and values of variables that were given as ``name=text``.

    Raises:
        WrongError: One is written in another way.
    """
    return [_assignment(argument, lang) for argument in arguments]


def _assignment(argument: str, lang: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not (equals and name):
        raise WrongError(_NO_ASSIGNMENT.text(lang, argument=printable(argument)), lang)
    return as_name(name) or name, value


def require_known(given: Iterable[str], known: frozenset[str], lang: str) -> None:
    """Let values through that belong to variables of the file.

    Raises:
        WrongError: One belongs to none; the text names one that is like it.
    """
    for name in given:
        if name in known:
            continue
        if not known:
            raise WrongError(_NO_VARIABLES.text(lang, name=printable(name)), lang)
        near = nearest(name[:64], known, always=True)
        raise WrongError(_NO_SUCH_VARIABLE.text(lang, name=printable(name), near=printable(near)), lang)


def said_of(error: TemplateError, lang: str) -> str:
    """Say what is wrong with the values of variables, in a language."""
    said = [problem.said(lang) for problem in error.problems]
    return ("；" if lang == CHINESE else "; ").join(said) if said else str(error)


def source_of(path: Path, lang: str) -> Source:
    """Read a file.

    Raises:
        WrongError: It is not there, or no template file.
        UnreadableError: It is no JSON or YAML.
    """
    shown = printable(str(path))
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise WrongError(_FOLDER.text(lang, path=shown), lang)
    if not _folder.is_template(path):
        raise WrongError(_NO_TEMPLATE.text(lang, path=shown, endings=_folder.SUFFIXES), lang)
    if not os.path.lexists(path):
        raise WrongError(_NOT_THERE.text(lang, path=shown), lang)
    return load(path)


def shelf_of(source: Source, library: Path | None) -> Shelf:
    """Return where the files lie that a file includes.

    Args:
        source: The file.
        library: The folder that they lie in; by default the nearest above the file in which all are found.
    """
    return shelf_for(source) if library is None else FolderShelf(_folder.look_through(library))


def content_of(source: Source, shelf: Shelf) -> Template | Reply:
    """Return what a file holds.

    It is a template, a bare message being one without variables; or a plain reply, an object with ``response_content``.

    Args:
        source: The file.
        shelf: Where what it includes lies.

    Raises:
        ValidationError: It is none of these, by JSON Pointers into the file.
    """
    if isinstance(source.data, Mapping) and PLAIN_REPLY in source.data:
        return Reply.from_dict(source.data)
    return template_from(Template, Includes(shelf).read(source)[0])


def values_of(template: Template, given: Iterable[tuple[str, str]], lang: str) -> dict[str, object]:
    """Return the values that were given as texts, as the template takes them: of a list, each is an entry.

    Nothing is a text. Of another type it is no value: what need not be given is then left out, its example too.

    Raises:
        WrongError: One belongs to no variable; the text names one that is like it.
    """
    found: dict[str, object] = {}
    for name, text in given:
        require_known((name,), template.variables, lang)
        variable = template.declared.get(name)
        if variable is not None and variable.type is VariableType.LIST:
            entries = found.setdefault(name, [])
            assert isinstance(entries, list)  # noqa: S101 - as it was put there
            entries += [text] if text else []
        elif variable is not None and not (text or variable.is_required or variable.type is VariableType.TEXT):
            found[name] = None
        else:
            found[name] = text
    return found
