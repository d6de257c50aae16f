"""From JSON to classes: one reader, made once from the shape of each class.

It reads shape and types, notes what is wrong by its place, and builds unchecked. Reading strictly also notes which
rules are broken, so that all findings of a document come together. Reading leniently keeps a block or an action that
lacks what its class needs as the `UnknownBlock` or `UnknownAction` nearest to the gap, and drops what was noted of it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeAlias, TypeVar, assert_never

import attrs

from msgkit import rules
from msgkit._fields import UNREAD, as_moment, need_room, not_a_member, unchecked
from msgkit._language import kind as kind_word
from msgkit._near import nearest
from msgkit._wire import text as json_text
from msgkit._wire.check import checker
from msgkit._wire.layout import Layout
from msgkit._wire.places import Path, pointer
from msgkit._wire.shape import Array, Field, Kind, Leaf, Member, Part, Shape, Table, Tagged, shape_of
from msgkit.errors import MOST_SHOWN, Problem, ValidationError
from msgkit.rules import Rule

_T = TypeVar("_T")


@attrs.define(eq=False, repr=False)
class Reading:
    """One document that is being read.

    Attributes:
        strict: Whether it may hold nothing but what we would send.
        found: What is wrong with it.
        layout: Where things stand in the JSON text that it was parsed from; None where there was none.
    """

    strict: bool
    found: list[Problem] = attrs.field(factory=list)
    layout: Layout | None = None

    def note(self, path: Path, rule: Rule, value: object = None, **params: object) -> Any:
        """Note what is wrong, and return what stands for a value that could not be read."""
        self.found.append(Problem(pointer(path), rule, value, **params))
        return UNREAD

    def nearest(self, word: object, words: Iterable[str]) -> str:
        """Return the word that somebody meant, for as many findings as anybody is told."""
        return nearest(word, words) if len(self.found) < MOST_SHOWN else ""

    def verbatim(self, value: object, path: Path) -> str:
        """Return a value as JSON text: as it came where there was text, otherwise written anew.

        Raises:
            ValueError: JSON cannot say it.
            TypeError: Likewise.
        """
        if self.layout is None:
            return json_text.as_json(value)
        try:
            return self.layout.letters(self._start(path, self.layout))
        except RecursionError:
            need_room()
            raise ValueError("nested too deeply") from None

    def _start(self, path: Path, layout: Layout) -> int:
        """Return where in the text a value stands that was parsed from it."""
        if path is None:
            return layout.root
        around, key = path
        found = layout.child(self._start(around, layout), str(key))
        if found is None:
            raise ValueError("the text is another than what was parsed")
        return found[1]


Reader: TypeAlias = Callable[[Any, Path, Reading], Any]
"""Takes a value, its path, and the reading; returns what was made of it, or `UNREAD` and has noted why."""


def read(cls: type[_T], data: object, *, strict: bool, text: str | None = None) -> _T:
    """Make an instance of an attrs class from JSON.

    Args:
        cls: The class.
        data: The parsed JSON.
        strict: Whether it may hold nothing but what we would send.
        text: What it was parsed from.

    Raises:
        ValidationError: With all problems at once, each with its JSON Pointer.
    """
    reading = Reading(strict, layout=None if text is None else Layout(text))
    made = reader(Part(cls))(data, None, reading)
    if reading.found:
        raise ValidationError(reading.found, cls.__name__)
    return made  # type: ignore[no-any-return]


@functools.cache
def reader(kind: Kind) -> Reader:  # noqa: PLR0911 - one for each kind
    """Return what reads values of a kind."""
    match kind:
        case Leaf(type=type_):
            return _LEAVES[type_]
        case Member(enum=enum):
            return _member_reader({member.value: member for member in enum})
        case Part(cls=cls):
            return _part_reader(shape_of(cls))
        case Tagged():
            return _tagged_reader(kind)
        case Array(item=Tagged() as item):
            return _array_reader(_tagged_reader(item, alone=True), ruled=False)
        case Array(item=item):
            return _array_reader(reader(item), ruled=isinstance(item, Leaf))
        case Table(item=item):
            return _table_reader(reader(item))
        case _:
            assert_never(kind)


# Values


def _read_string(value: Any, path: Path, reading: Reading) -> Any:
    if isinstance(value, str):
        return value
    return reading.note(path, rules.WRONG_TYPE, value, expected="string", given=kind_word(value))


def _read_boolean(value: Any, path: Path, reading: Reading) -> Any:
    if value is True or value is False:
        return value
    return reading.note(path, rules.WRONG_TYPE, value, expected="true or false", given=kind_word(value))


def _read_integer(value: Any, path: Path, reading: Reading) -> Any:
    if value.__class__ is int:  # true and false are integers in Python only
        return value
    return reading.note(path, rules.WRONG_TYPE, value, expected="whole number", given=kind_word(value))


_is_rfc3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(?P<fraction>\d+))?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
).fullmatch


def _read_moment(value: Any, path: Path, reading: Reading) -> Any:
    written = _is_rfc3339(value) if isinstance(value, str) else None
    # What the platform sent is kept as it came where a time in whole seconds would lose something of it.
    if written and (reading.strict or not (written["fraction"] or "").strip("0")):
        try:
            return as_moment(datetime.fromisoformat(value.upper()))
        except ValueError:  # no such day, year or zone
            pass
    return reading.note(path, rules.NOT_A_TIME, value)


_LEAVES: dict[type, Reader] = {
    str: _read_string,
    bool: _read_boolean,
    int: _read_integer,
    datetime: _read_moment,
}


def _member_reader(members: Mapping[str, Any]) -> Reader:
    """Return what reads an enum: a word that is none of its own stays the string that it is, for the rule to name."""

    def read_member(value: Any, path: Path, reading: Reading) -> Any:
        if isinstance(value, str):
            return members.get(value, value)
        return reading.note(path, rules.WRONG_PART, value, expected=tuple(members), given=kind_word(value))

    return read_member


def _array_reader(read_item: Reader, *, ruled: bool) -> Reader:
    """Return what reads an array.

    Args:
        read_item: Reads an entry.
        ruled: Whether the entries have a rule that the array holds them to, and not rules of their own.
    """

    def read_array(value: Any, path: Path, reading: Reading) -> Any:
        if not isinstance(value, (list, tuple)):
            return reading.note(path, rules.WRONG_TYPE, value, expected="array", given=kind_word(value))
        before = len(reading.found)
        made = tuple([read_item(each, (path, index), reading) for index, each in enumerate(value)])
        if len(reading.found) > before and any(each is UNREAD for each in made):
            # Strictly, nothing comes of the whole, and the rule says what it has to say of the other entries.
            return made if ruled and reading.strict else UNREAD
        return made

    return read_array


def _table_reader(read_item: Reader) -> Reader:
    def read_table(value: Any, path: Path, reading: Reading) -> Any:
        if not _is_object(value, path, reading):
            return UNREAD
        made = {}
        for key, each in value.items():
            if isinstance(key, str):
                made[key] = read_item(each, (path, key), reading)
            else:
                reading.note((path, key), rules.KEY_NOT_A_STRING)
        return made

    return read_table


def _is_object(value: Any, path: Path, reading: Reading) -> bool:
    if isinstance(value, Mapping):
        return True
    reading.note(path, rules.WRONG_TYPE, value, expected="JSON object", given=kind_word(value))
    return False


# Objects


def _tagged_reader(tagged: Tagged, *, alone: bool = False) -> Reader:
    """Return what reads an object that names its type, and keeps it where nothing can be made of it.

    Args:
        tagged: The classes.
        alone: Whether nothing stands around it that could be kept instead, so that what is no object is kept too.
    """
    readers = {word: _wrapped_reader(shape_of(cls), tagged.tag) for word, cls in tagged.words.items()}
    keep = unchecked(tagged.unknown)
    tag = tagged.tag

    def read_tagged(value: Any, path: Path, reading: Reading) -> Any:
        before = len(reading.found)
        made, word = UNREAD, None
        if value.__class__ is dict or _is_object(value, path, reading):
            word = value.get(tag)
            known = readers.get(word) if isinstance(word, str) else None
            made = known(value, path, reading) if known else _note_type(tagged, value, path, reading)
        elif not alone:
            return UNREAD
        if made is not UNREAD or reading.strict:
            return made
        try:
            text = reading.verbatim(value, path)
        except (TypeError, ValueError):
            return UNREAD if len(reading.found) > before else reading.note(path, rules.NO_JSON_VALUE, value)
        del reading.found[before:]
        return keep(word if isinstance(word, str) else "", text)

    return read_tagged


def _note_type(tagged: Tagged, value: Mapping[str, Any], path: Path, reading: Reading) -> Any:
    """Note what is wrong with the type that an object names; the lenient keep it whatever it names."""
    place, word = (path, tagged.tag), value.get(tagged.tag)
    if not isinstance(word, str):
        if tagged.tag in value:
            return reading.note(place, rules.WRONG_TYPE, word, expected="string", given=kind_word(word))
        return reading.note(place, rules.MISSING) if reading.strict else UNREAD
    if not reading.strict:
        return UNREAD
    return reading.note(place, rules.UNKNOWN_VALUE, word, **not_a_member(word, tagged.enum))


def _wrapped_reader(shape: Shape, tag: str) -> Reader:
    """Return what reads a part that names its type, from the object around its payload."""
    key = shape.payload_key
    read_fields = _fields_reader(shape)
    inside = {field.name for field in shape.fields if not field.beside}
    beside = {field.name for field in shape.fields if field.beside}
    outside = {tag, *beside, *(inside if key is None else [key])}
    note_strangers = _stranger_noter(outside, shape.word)
    note_inside = _stranger_noter(inside, shape.word, beside)

    def read_wrapped(value: Any, path: Path, reading: Reading) -> Any:
        if reading.strict and not outside.issuperset(value):
            note_strangers(value, path, reading)
        if key is None:
            return read_fields(value, path, value, path, reading)
        home, payload = (path, key), value.get(key, UNREAD)
        if payload is UNREAD:
            reading.note(home, rules.MISSING)
        elif not (payload.__class__ is dict or _is_object(payload, home, reading)):
            payload = UNREAD
        elif reading.strict and not inside.issuperset(payload):
            note_inside(payload, home, reading)
        return read_fields(payload, home, value, path, reading)

    return read_wrapped


def _part_reader(shape: Shape) -> Reader:
    """Return what reads an object of one class."""
    read_fields = _fields_reader(shape)
    names = {field.name for field in shape.fields}
    note_strangers = _stranger_noter(names, shape.cls.__name__)

    def read_part(value: Any, path: Path, reading: Reading) -> Any:
        if not (value.__class__ is dict or _is_object(value, path, reading)):
            return UNREAD
        if reading.strict and not names.issuperset(value):
            note_strangers(value, path, reading)
        return read_fields(value, path, value, path, reading)

    return read_part


def _stranger_noter(
    allowed: set[str], owner: str, elsewhere: Collection[str] = ()
) -> Callable[[Mapping[Any, Any], Path, Reading], None]:
    """Return what notes each key that an object of a type does not have.

    Args:
        allowed: The keys that it has.
        owner: What it is called.
        elsewhere: Keys that belong to the object around it.
    """

    def note_strangers(value: Mapping[Any, Any], path: Path, reading: Reading) -> None:
        for key in value:
            if key in elsewhere:
                reading.note((path, key), rules.MISPLACED_KEY, value[key], owner="action")
            elif key not in allowed:
                reading.note(
                    (path, key), rules.UNKNOWN_KEY, value[key], owner=owner, near=reading.nearest(key, allowed)
                )

    return note_strangers


_TEXT = Leaf(str)

FieldsReader: TypeAlias = Callable[[Any, Path, Any, Path, Reading], Any]


def _fields_reader(shape: Shape) -> FieldsReader:
    """Return what reads the fields of a class: from its payload, `UNREAD` where there is none, and from beside it."""
    build = unchecked(shape.cls)
    check_read = checker(shape)
    plan = [
        (field, field.name, field.beside, field.required, field.kind == _TEXT, reader(field.kind))
        for field in shape.fields
    ]

    def read_fields(payload: Any, home: Path, outer: Any, path: Path, reading: Reading) -> Any:
        values: list[Any] = []
        whole = True
        for field, name, beside, required, is_text, read_value in plan:
            source = outer if beside else payload
            if source is UNREAD:
                value = UNREAD
            elif name not in source:
                value = field.default
                if required:
                    value = reading.note(
                        (path if beside else home, name), rules.MISSING if field.stated else rules.NEEDED
                    )
            elif is_text and (value := source[name]).__class__ is str:
                pass  # as most values are
            elif (value := source[name]) is not None or required:
                value = read_value(value, (path if beside else home, name), reading)
            else:
                value = _read_null(field, (path if beside else home, name), reading)
            if value is UNREAD:
                whole = False
            values.append(value)
        made = build(*values)
        if reading.strict:
            check_read(made, values, home, path, reading.found)
        return made if whole else UNREAD

    return read_fields


def _read_null(field: Field, path: Path, reading: Reading) -> Any:
    """Read null where a field need not be: leniently as if the key were not there."""
    if not reading.strict:
        return field.default
    if field.optional:
        return reading.note(path, rules.NULL)
    return reader(field.kind)(None, path, reading)
