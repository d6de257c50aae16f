"""Reading the entries of a template file: blocks in either form, conditions, lists, and what is included."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from msgkit import _short, _wire, rules
from msgkit._placeholders import as_name
from msgkit._short import ENTRIES, Expanded, Origins
from msgkit._wire.places import Path
from msgkit._wire.read import Reading
from msgkit.blocks import Block
from msgkit.errors import Problem
from msgkit.rules import Rule
from msgkit.templates._conditions import Condition, mended, parse
from msgkit.templates._entries import MOST_ENTRIES, MOST_NESTED, Entry, Loop
from msgkit.templates._variables import Variable

if TYPE_CHECKING:
    from msgkit.templates._file import Included, TemplateFile

WHEN, FOR, AT_MOST = "when", "for", "at_most"
INCLUDE, BLOCKS, TYPE = "include", "blocks", "type"
MAIN = (*ENTRIES, INCLUDE, BLOCKS, TYPE)
"""What an entry may begin with."""

LOOPED = ("text", "image", "link", "button", BLOCKS, TYPE)
"""What may be made for each text of a list."""

_MOST_KEYS = 20
"""Of an entry with more keys, the rest is not compared with what could have been meant."""
_FORMS = ("x", "not x", 'x == "…"', 'x in ["…", "…"]')
_read_block = _wire.reader_of(Block)
_is_loop = re.compile(r"\s*(\S+)\s+in\s+(\S+)\s*").fullmatch
# What is not there, or not as it should be, is told where the short form has it.
_TOLD = frozenset(rule.code for rule in (rules.MISSING, rules.NEEDED, rules.EMPTY_LIST))


class Entries:
    """The entries of one file that is being read.

    Attributes:
        variables: What is said of the variables; what is included adds to it.
    """

    def __init__(self, reading: Reading, includes: Included | None, variables: Mapping[str, Variable]) -> None:
        self.variables = dict(variables)
        self._reading = reading
        self._includes = includes
        self._size = 0

    def read(self, value: Any, path: Path, nested: int = 0) -> tuple[Entry, ...]:
        """Return a list of entries."""
        if not (isinstance(value, list) and value):
            note_no_list(value, path, self._reading)
            return ()
        if nested > MOST_NESTED:
            self._reading.note(path, rules.TOO_DEEP)
            return ()
        found = (self._entry(each, (path, index), nested) for index, each in enumerate(value))
        return tuple(entry for entry in found if entry is not None)

    def _entry(self, value: Any, path: Path, nested: int) -> Entry | None:
        reading, before = self._reading, len(self._reading.found)
        if not isinstance(value, Mapping):
            reading.found.append(no_object(value, path, MAIN, rules.NOT_AN_ENTRY))
            return None
        main = self._main(value, path)
        if main is None:
            return None
        controls = _controls(main)
        when = condition(value[WHEN], (path, WHEN), reading) if WHEN in value else None
        loop = self._loop(value, path) if main in LOOPED else None
        if FOR in value and main not in LOOPED:
            reading.note((path, FOR), rules.LIST_WITHOUT_FOR, owner=main)
            return None
        rest = {key: each for key, each in value.items() if key not in controls}
        entry = self._content(main, rest, path, nested)
        if entry is None or len(reading.found) > before:
            return None
        return attrs.evolve(entry, when=when, loop=loop)

    def _main(self, value: Mapping[str, Any], path: Path) -> str | None:
        """Return which key says what an entry is."""
        if TYPE in value:
            return TYPE
        mains = [key for key in MAIN if key in value]
        if len(mains) == 1:
            return mains[0]
        if mains:
            self._reading.note((path, mains[1]), rules.SEVERAL_MAIN_KEYS, found=tuple(mains))
            return None
        near = next(filter(None, (self._reading.nearest(key, MAIN) for key in list(value)[:_MOST_KEYS])), "")
        self._note_no_main(value, near, path)
        return None

    def _note_no_main(self, value: Mapping[Any, Any], near: str, path: Path) -> None:
        """Note that an entry does not say what it is; or which key was meant to, by its punctuation."""
        for key in value:
            if isinstance(key, str) and (found := _short.slip_of_key(key, MAIN)):
                rule, params = found
                self._reading.note((path, key), rule, **params)
                return
        self._reading.note(path, rules.NO_MAIN_KEY, allowed=() if near else MAIN[:-1], near=near)

    def _content(self, main: str, data: Mapping[str, Any], path: Path, nested: int) -> Entry | None:
        if main == INCLUDE:
            return self._included(data, path, nested)
        if main == BLOCKS:
            _short.note_unknown(data, (BLOCKS, *_controls(BLOCKS)), path, self._reading, owner=BLOCKS)
            entries = self.read(data[BLOCKS], (path, BLOCKS), nested + 1)
            return Entry(entries=entries, origins=Origins(path))
        if main == TYPE:
            return self._block(Expanded(dict(data), Origins(path, verbatim=True)), 0)
        before = len(self._reading.found)
        made = _short.expand(ENTRIES[main], data, path, self._reading, _controls(main))
        return self._block(made, len(self._reading.found) - before)

    def _block(self, made: Expanded, noted: int) -> Entry | None:
        """Read the wire's form of a block; what was noted of it already is not said again."""
        found = self._reading.found
        known = {problem.pointer for problem in found[len(found) - noted :]}
        reading = Reading(strict=True)
        block = _read_block(made.block, None, reading)
        for problem in reading.found:
            place = made.origins.place(problem.pointer)
            is_told = place in known or (noted and problem.rule in _TOLD)
            if not (is_told or may_shrink(problem)):
                known.add(place)
                found.append(problem.at(place))
        if noted or not attrs.has(type(block)):
            return None
        return Entry(
            block, expiries=tuple(made.expiries.items()), lists=tuple(made.lists.items()), origins=made.origins
        )

    def _loop(self, value: Mapping[str, Any], path: Path) -> Loop | None:
        reading = self._reading
        if FOR not in value:
            if AT_MOST in value:
                reading.note((path, AT_MOST), rules.LOOP_WITHOUT_FOR)
            return None
        limit = value.get(AT_MOST)
        if AT_MOST in value and not (type(limit) is int and limit > 0):
            reading.note((path, AT_MOST), rules.BAD_LIMIT)
            limit = None
        text = value[FOR]
        match = _is_loop(text) if isinstance(text, str) else None
        item, variable = (as_name(match[1]), as_name(match[2])) if match else (None, None)
        if item is None or variable is None:
            reading.note((path, FOR), rules.BAD_LOOP)
            return None
        return Loop(item, variable, limit)

    def _included(self, data: Mapping[str, Any], path: Path, nested: int) -> Entry | None:
        """Return what an included file says, as one entry."""
        _short.note_unknown(data, (INCLUDE, *_controls(INCLUDE)), path, self._reading, owner=INCLUDE)
        at = (path, INCLUDE)
        name = _short.text_of(data[INCLUDE], at, self._reading)
        if not isinstance(name, str):
            return None
        file = self._file(name, at)
        if isinstance(file, Problem):
            self._reading.found.append(file)
            return None
        if nested + 1 + max(entry.depth() for entry in file.variants[0].entries) > MOST_NESTED:
            self._reading.note(at, rules.TOO_DEEP)
            return None
        self._size += sum(entry.size() for entry in file.variants[0].entries)
        if self._size > MOST_ENTRIES:
            self._reading.note(at, rules.MOST_BLOCKS, most=MOST_ENTRIES)
            return None
        self._declare(file.variables, name, at)
        return Entry(entries=tuple(entry.moved(at) for entry in file.variants[0].entries), origins=Origins(at))

    def _file(self, name: str, path: Path) -> TemplateFile | Problem:
        place = _wire.pointer(path)
        if not is_include_name(name):
            return Problem(place, rules.INCLUDE_NAME)
        if self._includes is None:
            return Problem(place, rules.NO_LIBRARY, name=name)
        return self._includes.take(name, place)

    def _declare(self, variables: Mapping[str, Variable], name: str, path: Path) -> None:
        for variable, said in variables.items():
            known = self.variables.setdefault(variable, said)
            if not known.fits(said):
                self._reading.note(path, rules.DECLARED_OTHERWISE, name=name, variable=variable)


def note_no_list(value: Any, path: Path, reading: Reading) -> None:
    """Note what stands where a list of entries should, or that it is empty."""
    if isinstance(value, list):
        reading.note(path, rules.EMPTY_LIST, value, what="block")
        return
    for key in value if isinstance(value, Mapping) else ():
        if isinstance(key, str) and (found := _short.slip_of_key(key, MAIN)):
            rule, params = found
            reading.note(path if rule is rules.YAML_WIDE else (path, key), rule, **params)
            return
    reading.note(path, rules.NO_BLOCKS, value, given=_short.kind_in_file(value))


def _controls(main: str) -> tuple[str, ...]:
    """Return the keys that say whether and how often an entry is there."""
    return (WHEN, FOR, AT_MOST) if main in LOOPED else (WHEN,)


def condition(value: Any, path: Path, reading: Reading) -> Condition | None:
    """Return a condition; None where it is none."""
    found = parse(value) if isinstance(value, str) else None
    if found is None:
        near = mended(value) if isinstance(value, str) else ""
        reading.note(path, rules.BAD_CONDITION, forms=() if near else _FORMS, near=near)
    return found


def no_object(value: Any, path: Path, keys: Collection[str], rule: Rule) -> Problem:
    """Return what is wrong with what is no object; a text may be a key and a value that were written otherwise."""
    if isinstance(value, str) and (found := _short.slip(value, keys)):
        meant, said = found
        return Problem(_wire.pointer(path), meant, **said)
    return Problem(_wire.pointer(path), rule, value, given=_short.kind_in_file(value))


def may_shrink(problem: Problem) -> bool:
    """Tell whether a text that is too long may be short enough once its placeholders are filled."""
    return problem.rule == rules.TOO_LONG.code and isinstance(problem.value, str) and "$" in problem.value


def is_include_name(name: str) -> bool:
    """Tell whether a name leads to a place in the library's folder."""
    steps = name.split("/")
    # A colon leads to another drive on Windows.
    is_plain = name.isprintable() and not any(mark in name for mark in "\\:")
    return is_plain and all(step and not step.startswith(".") for step in steps)
