"""A template written down again: as a file in the short form, and as the fingerprint of what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

import attrs

from msgkit import _short, _wire
from msgkit.message import Message
from msgkit.templates._entries import Entry, Variant
from msgkit.templates._values import Taken
from msgkit.templates._variables import Variable, VariableType

_NOTHING_SAID = Variable()


def short(
    variants: Iterable[Variant], declared: Mapping[str, Variable], description: str | None = None, *, several: bool
) -> dict[str, Any]:
    """Return a template as a file in the short form holds it; includes stand in it as what they brought."""
    found: dict[str, Any] = {} if description is None else {"description": description}
    if declared:
        found["variables"] = {name: _declaration(variable) for name, variable in declared.items()}
    written = [_variant(variant) for variant in variants]
    return {**found, "variants": written} if several else {**found, **written[0]}


def fingerprint(variants: Iterable[Variant], declared: Mapping[str, Variable], bound: Mapping[str, Taken]) -> str:
    """Return the SHA-256 of all that decides what a template renders, in hexadecimal digits."""
    said = {name: _json(taken.given) for name, taken in bound.items()}
    whole = [short(variants, dict(sorted(bare(declared).items())), several=True), said]
    text = json.dumps(whole, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    import hashlib  # noqa: PLC0415 - OpenSSL takes longer to load than all that renders

    return hashlib.sha256(text.encode()).hexdigest()


def filled(declared: Mapping[str, Variable], bound: Mapping[str, Taken]) -> dict[str, Variable]:
    """Return what is said of variables where some are filled: with their values as defaults."""
    said = {name: declared.get(name, _NOTHING_SAID) for name in bound}
    return {
        **declared,
        **{name: attrs.evolve(each, default=bound[name].given, required=None) for name, each in said.items()},
    }


def bare(declared: Mapping[str, Variable]) -> dict[str, Variable]:
    """Return what is said of variables without what only people read."""
    said = {name: each.bare() for name, each in declared.items()}
    return {name: each for name, each in said.items() if each != _NOTHING_SAID}


def _variant(variant: Variant) -> dict[str, Any]:
    found: dict[str, Any] = {} if variant.when is None else {"when": variant.when.text}
    found["blocks"] = [_entry(entry) for entry in variant.entries]
    message = _wire.dump(attrs.evolve(variant.skeleton(), blocks=()))
    if variant.sender_identity is not None:
        found[_short.SENDER] = _short.sender(message["sender_identity"])
    if variant.custom_data is not None:
        found["custom_data"] = variant.custom_data
    return found


def _entry(entry: Entry) -> dict[str, Any]:
    if entry.block is None:
        found: dict[str, Any] = {"blocks": [_entry(each) for each in entry.entries]}
    else:
        expiries = {pointer: expiry.text for pointer, expiry in entry.expiries}
        (block,) = _wire.dump(Message((entry.block,)))["blocks"]
        found = _short.shorten(block, expiries)
    if entry.loop is not None:
        found["for"] = entry.loop.text
        if entry.loop.at_most is not None:
            found["at_most"] = entry.loop.at_most
    return found if entry.when is None else {**found, "when": entry.when.text}


def _declaration(variable: Variable) -> dict[str, Any]:
    said = {field.name: getattr(variable, field.name) for field in attrs.fields(Variable)}
    if said["type"] is VariableType.TEXT:
        del said["type"]
    return {key: _json(value) for key, value in said.items() if value is not None}


def _json(value: Any) -> Any:
    """Return a value as a file has it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
