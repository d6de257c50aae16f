"""What is said to each row's complaint: a template that the row fills, or a plain reply that is the same for all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from msgkit._cli._errors import SaidError, WrongError
from msgkit._cli._files import assignments, require_known, said_of, shelf_of, values_of
from msgkit._cli._filled import read
from msgkit.errors import TemplateError
from msgkit.message import Message
from msgkit.reply import Reply
from msgkit.templates import Template
from msgkit.templates._includes import FolderShelf, ProbedShelf
from msgkit.templates._variables import Variable

_NOTHING: Mapping[str, Variable] = {}


@attrs.frozen
class Content:
    """What is sent to all rows.

    Attributes:
        said: The template, or the plain reply.
        name: Its path below its library, without its ending.
        fixed: Values that are the same in all rows, by variable.
    """

    said: Template | Reply
    name: str
    fixed: Mapping[str, Any]

    @property
    def is_plain(self) -> bool:
        """Whether it is a plain reply, which has no idempotent_id."""
        return isinstance(self.said, Reply)

    @property
    def variables(self) -> frozenset[str]:
        """The variables that a row may have."""
        return self.said.variables - self.fixed.keys() if isinstance(self.said, Template) else frozenset()

    @property
    def required(self) -> frozenset[str]:
        """The variables that a row must have."""
        return self.said.required - self.fixed.keys() if isinstance(self.said, Template) else frozenset()

    @property
    def declared(self) -> Mapping[str, Variable]:
        """What the template says of its variables."""
        return self.said.declared if isinstance(self.said, Template) else _NOTHING

    @property
    def fingerprint(self) -> str:
        """Which text it is: SHA-256, in hexadecimal digits."""
        if isinstance(self.said, Template):
            return self.said.fingerprint
        return hashlib.sha256(self.said.to_json().encode()).hexdigest()

    @property
    def short(self) -> str:
        """What it says, as JSON, so that a later change can be named; without the values of `fixed`."""
        said = self.said.to_short() if isinstance(self.said, Template) else self.said.to_dict()
        return json.dumps(said, ensure_ascii=False, default=str)

    def render(self, values: Mapping[str, Any], moment: datetime) -> Message | Reply:
        """Return what is said to one row.

        Args:
            values: The row's values, by variable, with those of `fixed`.
            moment: From which expiries count.

        Raises:
            TemplateError: A variable is missing, or of another type.
            ValidationError: What comes out breaks a rule.
        """
        return self.said.at(moment).render(**values) if isinstance(self.said, Template) else self.said


def load(path: Path, variables: tuple[str, ...], library: Path | None, lang: str) -> Content:
    """Read what is to be sent.

    Args:
        path: A template, a message or a plain reply.
        variables: Values that are the same in all rows, as ``name=text``.
        library: The folder that it includes others from.
        lang: The language of what is wrong.

    Raises:
        WrongError: It cannot be read, or has no such variable.
    """
    try:
        source, said = read(path, lang, library)
    except SaidError as error:
        raise WrongError(error.message, lang) from None
    shelf = shelf_of(source, library)
    root = shelf.folder.path if isinstance(shelf, (FolderShelf, ProbedShelf)) else path.parent
    name = os.path.splitext(os.path.relpath(path, root))[0].replace(os.sep, "/")  # noqa: PTH122
    given = assignments(variables, lang)
    if isinstance(said, Reply):
        require_known((each for each, _ in given), frozenset(), lang)
        return Content(said, name, {})
    fixed = values_of(said, given, lang)
    try:
        said.partial(**fixed)  # what is wrong with one of them would be found in every row
    except TemplateError as error:
        raise WrongError(said_of(error, lang), lang) from None
    return Content(said, name, fixed)
