"""The file that a command shows or sends, and the values of its variables."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgkit._cli._errors import WrongError
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.reply import Reply
from msgkit.templates import Template, _folder
from msgkit.templates._source import Source, load
from msgkit.templates._template import template_of

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


def assignments(arguments: Iterable[str], lang: str) -> dict[str, str]:
    """Return the values of variables that were given as ``name=text``.

    Raises:
        WrongError: One is written in another way.
    """
    return dict(_assignment(argument, lang) for argument in arguments)


def _assignment(argument: str, lang: str) -> tuple[str, str]:
    name, equals, value = argument.partition("=")
    if not (equals and name):
        raise WrongError(_NO_ASSIGNMENT.text(lang, argument=printable(argument)), lang)
    return name, value


def require_known(given: Mapping[str, str], known: frozenset[str], lang: str) -> None:
    """Let values through that belong to variables of the file.

    Raises:
        WrongError: One belongs to none; the text names one that is like it.
    """
    for name in given:
        if name in known:
            continue
        if not known:
            raise WrongError(_NO_VARIABLES.text(lang, name=printable(name)), lang)
        near = difflib.get_close_matches(name[:64], sorted(known)[:1000], n=1, cutoff=0)
        raise WrongError(_NO_SUCH_VARIABLE.text(lang, name=printable(name), near=printable(near[0])), lang)


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


def content_of(source: Source) -> tuple[Template | Reply, str]:
    """Return what a file holds, and the JSON Pointer to it in the file.

    It is a template, a bare message being one without variables; or a plain reply, an object with ``response_content``.

    Raises:
        ValidationError: It is none of these, by JSON Pointers into the file.
    """
    if isinstance(source.data, Mapping) and "response_content" in source.data:
        return Reply.from_dict(source.data), ""
    return template_of(Template, source.data)
