"""What a template file says: the short form, or the wire's; what stands where, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import attrs

from msgkit import _short, _wire, rules
from msgkit._wire.places import Path
from msgkit._wire.read import Reading
from msgkit.enums import SenderIdentity
from msgkit.errors import Problem, ValidationError
from msgkit.message import Message
from msgkit.templates import _declared, _reading
from msgkit.templates._echoes import without_echoes
from msgkit.templates._entries import Entry, Variant, of_message
from msgkit.templates._variables import Variable

DESCRIPTION, VARIABLES = "description", "variables"
BLOCKS, VARIANTS, MESSAGE = "blocks", "variants", "message"
CONTENTS: Final = (BLOCKS, VARIANTS, MESSAGE)
"""The keys under which the content may stand; a file has one of them."""

CUSTOM_DATA = "custom_data"
_WHEN = "when"
PLAIN_REPLY: Final = "response_content"
"""What only a plain reply has."""

SPELLINGS: Final = {"sender_identity": _short.SENDER}
"""The wire's names of keys, which are taken too, each with the key that it stands for."""
_OF_MESSAGE = (_short.SENDER, CUSTOM_DATA)
KEYS: Final = (DESCRIPTION, VARIABLES, *CONTENTS, *_OF_MESSAGE)


@attrs.frozen(eq=False)
class TemplateFile:
    """What a template file says.

    Attributes:
        variants: The messages that it may become.
        description: What it is for.
        variables: What is said of its variables, by name, those that it includes too.
        is_several: Whether it has `variants` of its own, rather than one message.
        problems: What is wrong with it, with pointers into the file.
    """

    variants: tuple[Variant, ...]
    description: str | None = None
    variables: Mapping[str, Variable] = attrs.field(factory=dict)
    is_several: bool = False
    problems: tuple[Problem, ...] = ()


class Included(Protocol):
    """Where included files are found."""

    def take(self, name: str, place: str) -> TemplateFile | Problem:
        """Return the file of that name, or what is wrong with it, in the place where it is included."""
        ...


def read(data: object, includes: Included | None = None) -> TemplateFile:
    """Return what a template file says, as far as it can be read, and what is wrong with it.

    Args:
        data: The content of the file, as dicts and lists.
        includes: Where included files are found.
    """
    return _File(Reading(strict=True), includes).read(data)


class _File:
    """One file that is being read."""

    def __init__(self, reading: Reading, includes: Included | None) -> None:
        self._reading = reading
        self._includes = includes

    def read(self, data: Any) -> TemplateFile:
        """Return what it says."""
        reading = self._reading
        if data is None:
            return self._nothing(Problem("", rules.NO_CONTENT))
        if not isinstance(data, Mapping):
            return self._nothing(_reading.no_object(data, None, KEYS, rules.NOT_A_FILE))
        if PLAIN_REPLY in data:
            return self._nothing(Problem(f"/{PLAIN_REPLY}", rules.PLAIN_REPLY))
        given, at = _short.plainly(data, SPELLINGS, None, reading)
        _short.note_unknown(given, KEYS, None, reading, owner="TemplateFile")
        description = None
        if DESCRIPTION in given:
            description = _short.text_of(given[DESCRIPTION], (None, DESCRIPTION), reading)
        variables = _declared.read(given.get(VARIABLES, {}), (None, VARIABLES), reading)
        contents = [key for key in CONTENTS if key in given]
        if len(contents) != 1:
            place = f"/{contents[1]}" if contents else ""
            return self._nothing(Problem(place, rules.ONE_CONTENT, allowed=CONTENTS, found=tuple(contents)))
        (content,) = contents
        entries = _reading.Entries(reading, self._includes, variables)
        variants = self._variants(given, at, content, entries)
        return TemplateFile(
            tuple(variants),
            description if isinstance(description, str) else None,
            entries.variables,
            content == VARIANTS,
            without_echoes(reading.found),
        )

    def _nothing(self, problem: Problem) -> TemplateFile:
        return TemplateFile((), problems=without_echoes([*self._reading.found, problem]))

    def _variants(
        self, given: Mapping[str, Any], at: Mapping[str, Path], content: str, entries: _reading.Entries
    ) -> list[Variant]:
        value = given[content]
        if content == MESSAGE:
            for key in _OF_MESSAGE:
                if key in given:
                    self._reading.note(at[key], rules.UNKNOWN_KEY, owner="TemplateFile")
            return self._wire_message(value)
        if content == BLOCKS:
            return [self._variant(given, None, entries, self._said(given, at))]
        if not (isinstance(value, list) and value):
            _reading.note_no_list(value, (None, VARIANTS), self._reading)
            return []
        around = self._said(given, at)
        found = []
        for index, each in enumerate(value):
            path = ((None, VARIANTS), index)
            if isinstance(each, Mapping):
                plain, places = _short.plainly(each, SPELLINGS, path, self._reading)
                _short.note_unknown(plain, (_WHEN, BLOCKS, *_OF_MESSAGE), path, self._reading, owner="variant")
                self._note_when(plain, path, is_last=index == len(value) - 1)
                found.append(self._variant(plain, path, entries, {**around, **self._said(plain, places)}))
            else:
                self._reading.found.append(_reading.no_object(each, path, (_WHEN, BLOCKS), rules.NOT_A_FILE))
        return found

    def _note_when(self, given: Mapping[str, Any], path: Path, *, is_last: bool) -> None:
        if is_last and _WHEN in given:
            self._reading.note((path, _WHEN), rules.LAST_VARIANT)
        elif not (is_last or _WHEN in given):
            self._reading.note(path, rules.VARIANT_WITHOUT_WHEN)

    def _said(self, given: Mapping[str, Any], at: Mapping[str, Path]) -> dict[str, tuple[Any, str]]:
        """Return who writes a message, and its data, as far as they are said, each with its place."""
        readers = {_short.SENDER: self._sender, CUSTOM_DATA: self._data}
        return {key: (read(given[key], at[key]), _wire.pointer(at[key])) for key, read in readers.items() if key in at}

    def _variant(
        self, given: Mapping[str, Any], path: Path, entries: _reading.Entries, said: Mapping[str, tuple[Any, str]]
    ) -> Variant:
        """Read a message in the short form.

        Args:
            given: What it says.
            path: Where it stands.
            entries: Reads its entries.
            said: Who writes it, and its data; what it does not say of these itself may be said around it.
        """
        when = _reading.condition(given[_WHEN], (path, _WHEN), self._reading) if path and _WHEN in given else None
        blocks: tuple[Entry, ...] = ()
        if BLOCKS in given:
            blocks = entries.read(given[BLOCKS], (path, BLOCKS))
        else:
            self._reading.note((path, BLOCKS), rules.MISSING)
        place = _wire.pointer(path)
        sender, sender_place = said.get(_short.SENDER, (None, place))
        data, data_place = said.get(CUSTOM_DATA, (None, place))
        return Variant(blocks, when, sender, data, place, sender_place, data_place)

    def _sender(self, value: Any, path: Path) -> Any:
        found = _short.word_of(SenderIdentity, value, path, self._reading)
        return SenderIdentity(found) if isinstance(found, str) else None

    def _data(self, value: Any, path: Path) -> str | None:
        text = _short.text_of(value, path, self._reading)
        if not isinstance(text, str):
            return None
        field = attrs.fields_dict(Message)[CUSTOM_DATA]
        try:
            field.validator(None, field, text)  # type: ignore[misc]
        except ValidationError as error:
            self._reading.found += (
                problem.at(_wire.pointer(path)) for problem in error.problems if not _reading.may_shrink(problem)
            )
        return text

    def _wire_message(self, value: Any) -> list[Variant]:
        reading = Reading(strict=True)
        message = _wire.reader_of(Message)(value, (None, MESSAGE), reading)
        found = [problem for problem in reading.found if not _reading.may_shrink(problem)]
        self._reading.found += found
        return [of_message(message, MESSAGE)] if isinstance(message, Message) and not found else []
