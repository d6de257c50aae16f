"""From an entry of the short form to the wire's JSON, with where each piece of it stood in the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import attrs

from msgkit import rules
from msgkit._placeholders import as_name, find_dollars
from msgkit._short.read import kind_in_file, note_unknown, plainly, text_of, truth_of, word_of
from msgkit._short.slips import slip_of_list
from msgkit._short.words import ACTION_ID, CUSTOM_DATA, EXPIRES, ONCE, TARGETS, Word
from msgkit._wire.places import Path, pointer
from msgkit._wire.read import Reading
from msgkit._wire.shape import TAGGED, Leaf, Member, shape_of
from msgkit.actions import JumpMiniProgram

_BLOCKS, _ACTIONS = TAGGED
_is_lasting = re.compile(r"([1-9][0-9]{0,4})([mhd])", re.ASCII).fullmatch
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_UNIT_WORDS = {
    "h": ("", "h", "hour", "hours", "小时", "个小时"),
    "m": ("min", "mins", "minute", "minutes", "分", "分钟"),
    "d": ("d", "day", "days", "天", "日"),
}
_is_nearly_lasting = re.compile(r"\s*([1-9][0-9]{0,4})\s*([^\W\d]*)\s*").fullmatch
_LONGEST_SLIP = 40  # characters; to guess what a longer one means costs more
_begins_as_a_time = re.compile(r"\d{4}-\d\d-\d\d").match


@attrs.frozen
class Expiry:
    """When something stops working, where that is known only when it is rendered.

    Attributes:
        text: As it is written.
        lasts: How long from rendering; None where a variable says when.
        variable: The variable, of a date and time.
    """

    text: str
    lasts: timedelta | None = None
    variable: str | None = None


@attrs.define(eq=False)
class Origins:
    """Where the pieces of a block stood in the file.

    Attributes:
        entry: Where its entry stands.
        paths: Where pieces of it stand, by their JSON Pointers in the wire's form, relative to the block.
        verbatim: Whether it stood there in the wire's form.
        spliced: The arrays, by pointer, whose entries are not counted as in the file.
    """

    entry: Path
    paths: dict[str, Path] = attrs.field(factory=dict)
    verbatim: bool = False
    spliced: set[str] = attrs.field(factory=set)

    def place(self, wire: str) -> str:
        """Return where in the file a piece stood, by its JSON Pointer in the wire's form; else what it stood in."""
        for array in self.spliced:
            if wire.startswith(f"{array}/"):
                wire = array
        if self.verbatim:
            return pointer(self.entry) + wire
        while wire and wire not in self.paths:
            wire = wire.rpartition("/")[0]
        return pointer(self.paths.get(wire, self.entry))


@attrs.define(eq=False)
class Expanded:
    """An entry in the wire's form.

    Attributes:
        block: The JSON of the block.
        origins: Where its pieces stood.
        expiries: What is known of an expiry only when it is rendered, by the JSON Pointer of its ``invalid_info``.
        lists: The placeholders that stand as the whole list, by the JSON Pointer of the one item that stands for it.
    """

    block: dict[str, Any]
    origins: Origins
    expiries: dict[str, Expiry] = attrs.field(factory=dict)
    lists: dict[str, str] = attrs.field(factory=dict)


def expand(word: Word, data: Mapping[str, Any], path: Path, reading: Reading, beside: Collection[str] = ()) -> Expanded:
    """Return the wire's form of an entry; what could not be read of it is `UNREAD` or not there.

    Args:
        word: What the entry is called.
        data: The entry, without what belongs to templates.
        path: Where it stands.
        reading: Takes what is wrong with it.
        beside: What may stand beside it and belongs to templates.
    """
    shape = shape_of(word.cls)
    key = shape.payload_key or ""
    made = Expanded({}, Origins(path, {"": path}))
    payload = _Entry(word, made, reading).fields(data, path, f"/{key}", owner=word.main, beside=beside)
    made.block |= {_BLOCKS.tag: shape.word, key: payload}
    return made


@attrs.frozen(eq=False)
class _Entry:
    """An entry, or an item of one, that is being read."""

    word: Word
    made: Expanded
    reading: Reading

    def fields(
        self, data: Mapping[str, Any], path: Path, wire: str, *, owner: str, beside: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return the JSON of its fields; an action stands among those."""
        word = self.word
        given, at = plainly(data, word.spellings, path, self.reading)
        note_unknown(given, (*word.allowed, *beside), path, self.reading, owner=owner)
        found: dict[str, Any] = {}
        if word.main not in given:
            self.reading.note((path, word.main), rules.MISSING)
        elif word.item is not None:
            found[word.field] = self._items(given[word.main], at[word.main], f"{wire}/{word.field}")
        else:
            self._note_place(f"{wire}/{word.field}", at[word.main])
            found[word.field] = text_of(given[word.main], at[word.main], self.reading)
        for key, field in word.keys.items():
            if key in given:
                self._note_place(f"{wire}/{field.name}", at[key])
                found[field.name] = _value(given[key], field.kind, at[key], self.reading)
        if word.acts:
            found |= self._action(given, at, path, wire)
        if word.taps and (EXPIRES in given or ONCE in given):
            found["invalid_info"] = self._limits(given, at, f"{wire}/invalid_info")
        return found

    def _note_place(self, wire: str, path: Path) -> None:
        self.made.origins.paths[wire] = path

    def _items(self, value: Any, path: Path, wire: str) -> list[Any]:
        """Return the JSON of a list: of texts, of objects, or of a placeholder that stands for them all."""
        self._note_place(wire, path)
        item = self.word.item
        assert item is not None  # noqa: S101 - it is asked before
        if isinstance(value, str) and (name := placeholder(value)):
            self.made.lists[f"{wire}/0"] = name
            return [self._own_text(item, value)]
        if not isinstance(value, list):
            meant = slip_of_list(value) if isinstance(value, str) else None
            rule, params = meant or (rules.LIST_OF_TEXTS, {"given": kind_in_file(value)})
            self.reading.note(path, rule, value, **params)
            return []
        found = []
        for index, each in enumerate(value):
            at, there = (path, index), f"{wire}/{index}"
            self._note_place(there, at)
            if isinstance(each, Mapping):
                inner = _Entry(item, self.made, self.reading)
                found.append(inner.fields(each, at, there, owner="item"))
            else:
                self._note_place(f"{there}/{item.field}", at)
                found.append(self._own_text(item, text_of(each, at, self.reading)))
        return found

    def _own_text(self, item: Word, text: str) -> dict[str, Any]:
        """Return the JSON of an item that sends its own text."""
        return {item.field: text, "action": _sending(text)}

    def _action(self, given: Mapping[str, Any], places: Mapping[str, Path], path: Path, wire: str) -> dict[str, Any]:
        """Return the JSON of what a tap does; nothing where there is something wrong with it."""
        targets = [key for key in TARGETS if key in given]
        place = f"{wire}/action"
        if len(targets) > 1:
            self.reading.note(places[targets[1]], rules.SEVERAL_ACTIONS, allowed=tuple(targets))
            return {}
        if not targets and self.word.must_act:
            self.reading.note(path, rules.NO_ACTION, allowed=tuple(TARGETS))
            return {}
        target = targets[0] if targets else "send"
        key = target if targets else self.word.main
        if key not in given:
            return {}
        at, value = places[key], given[key]
        self._note_place(place, at)
        action = _sending(value) if target == "send" else _jumping(target, value, at, self.reading)
        if target == "send" and targets:
            text_of(value, at, self.reading)
        self._note_places(place, action, at, is_object=target != "send" and isinstance(value, Mapping))
        for key in (ACTION_ID, CUSTOM_DATA):
            if key not in given:
                continue
            text = text_of(given[key], places[key], self.reading)
            if key == ACTION_ID:
                action[key] = text
                self._note_place(f"{place}/{key}", places[key])
            elif target == "send":
                action["message_info"][key] = text
                self._note_place(f"{place}/message_info/{key}", places[key])
            else:
                self.reading.note(places[key], rules.DATA_WITHOUT_SENDING)
        return {"action": action}

    def _note_places(self, place: str, action: dict[str, Any], at: Path, *, is_object: bool) -> None:
        for key, value in action.items():
            self._note_place(f"{place}/{key}", at)
            if isinstance(value, dict):
                for inner in value:
                    self._note_place(f"{place}/{key}/{inner}", (at, inner) if is_object else at)

    def _limits(self, given: Mapping[str, Any], at: Mapping[str, Path], wire: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self._note_place(wire, at[EXPIRES if EXPIRES in given else ONCE])
        if ONCE in given:
            self._note_place(f"{wire}/{ONCE}", at[ONCE])
            found[ONCE] = truth_of(given[ONCE], at[ONCE], self.reading)
        if EXPIRES in given:
            self._note_place(f"{wire}/expired_time", at[EXPIRES])
            moment = _expiry(given[EXPIRES], at[EXPIRES], self.reading)
            if isinstance(moment, Expiry):
                self.made.expiries[wire] = moment
            elif moment is not None:
                found["expired_time"] = moment
        return found


def _expiry(value: Any, path: Path, reading: Reading) -> Expiry | str | None:
    """Return an expiry: for rendering to find out, or as the wire has it; None where it is neither."""
    if isinstance(value, str):
        if lasting := _is_lasting(value.strip()):
            return Expiry(value.strip(), lasts=timedelta(**{_UNITS[lasting[2]]: int(lasting[1])}))
        if name := placeholder(value):
            return Expiry(value, variable=name)
        if _begins_as_a_time(value):
            return value  # the reader says what is wrong with it
    reading.note(path, rules.BAD_EXPIRY, value, near=_near_expiry(value))
    return None


def _near_expiry(value: Any) -> str:
    """Return how long something lasts that is written in another way, as 24, 24H or 24小时 are."""
    match = _is_nearly_lasting(str(value)[:_LONGEST_SLIP])
    if match is None:
        return ""
    unit = next((unit for unit, words in _UNIT_WORDS.items() if match[2].lower() in words), "")
    return match[1] + unit if unit else ""


def _sending(text: Any) -> dict[str, Any]:
    return {_ACTIONS.tag: shape_of(TARGETS["send"][0]).word, "message_info": {"content": text}}


def _jumping(target: str, value: Any, path: Path, reading: Reading) -> dict[str, Any]:
    """Return the JSON of a jump to a page, or to a mini program, which may be said by its APPID or by an object."""
    cls, field = TARGETS[target]
    shape = shape_of(cls)
    if isinstance(value, Mapping) and cls is JumpMiniProgram:
        allowed = [each.name for each in shape.fields if not each.beside]
        note_unknown(value, allowed, path, reading, owner=target)
        fields = {key: text_of(value[key], (path, key), reading) for key in allowed if key in value}
        if field not in fields:
            reading.note((path, field), rules.MISSING)
    else:
        fields = {field: text_of(value, path, reading)}
    return {_ACTIONS.tag: shape.word, **({shape.payload_key: fields} if shape.payload_key else fields)}


def _value(value: Any, kind_: Leaf | Member | Any, path: Path, reading: Reading) -> Any:
    """Return a value as the wire has it."""
    if isinstance(kind_, Member):
        return word_of(kind_.enum, value, path, reading)
    if kind_ == Leaf(bool):
        return truth_of(value, path, reading)
    return text_of(value, path, reading) if kind_ == Leaf(str) else value


def placeholder(text: str) -> str | None:
    """Return the name of the variable whose placeholder is the whole of a text."""
    text = text.strip()
    match = next(find_dollars(text), None)
    if match is None or match.span() != (0, len(text)):
        return None
    name = match["braced"] or match["named"]
    return as_name(name) if name else None
