"""The values that a template is given: from what a caller has to what a customer reads.

Each type of variable has one function, which takes a value as code has it, or as text, as it comes from a file, a
table, a form or a command line. Nothing is guessed: where a text could mean two things, it is refused with both cures.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from msgkit import rules
from msgkit._fields import is_sendable, url_flaw
from msgkit._language import kind
from msgkit._plain import plain as without_unsendable
from msgkit.rules import Rule
from msgkit.templates._variables import Emoji, Format, Unit, Variable, VariableType

BEIJING = timezone(timedelta(hours=8))

_is_int = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII).fullmatch
_is_fen = re.compile(r"\d{1,15}", re.ASCII).fullmatch
_is_yuan = re.compile(r"\d{1,13}(?:\.\d{1,2})?", re.ASCII).fullmatch
_is_date = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_is_moment = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII).fullmatch
_TEXTS_ALONE = frozenset({str})
_TRUTHS = {"true": True, "false": False, "是": True, "否": False}


_Pair: TypeAlias = tuple[Any, str | None]


class Taken(NamedTuple):
    """A value that was taken.

    Attributes:
        given: What conditions and lists look at.
        said: What stands in a text for it; None where it cannot stand in one.
    """

    given: Any
    said: str | None


class UnfitError(Exception):
    """A value that is none for its variable.

    Attributes:
        rule: What it breaks.
        params: What fills the rule's text, the variable's name apart.
    """

    def __init__(self, rule: Rule, **params: object) -> None:
        super().__init__(rule.code)
        self.rule = rule
        self.params = params


def take(variable: Variable, value: object) -> Taken:
    """Take a value of a variable.

    Raises:
        UnfitError: It is none.
    """
    return Taken(*_TAKERS[variable.type](variable, value))


def taker(variable: Variable) -> Callable[[object], _Pair]:
    """Return what takes the values of a variable, as `take` does, but as a bare tuple."""
    return functools.partial(_TAKERS[variable.type], variable)


def is_plain(variable: Variable) -> bool:
    """Tell whether any text is a value of a variable, and taken as it is."""
    return variable.type is VariableType.TEXT and variable.at_most is None and variable.emoji is not Emoji.DROP


def characters(text: str) -> str:
    """Return the characters that a text has, whatever its class says of itself.

    A text may be of a class of its own, as a member of an enum is. What is checked are its characters; what is put into
    a message must be those too, and not what its ``__str__`` returns.
    """
    return str.__str__(text)


def _wrong(expected: VariableType, value: object) -> UnfitError:
    if isinstance(value, str):
        return UnfitError(rules.UNFIT_TEXT, expected=expected.value)
    return UnfitError(rules.UNFIT_VALUE, expected=expected.value, given=kind(value))


def _text(variable: Variable, value: object) -> _Pair:
    if not issubclass(type(value), str):
        raise UnfitError(rules.NO_TEXT_FOR_VARIABLE, given=kind(value))
    text = value if type(value) is str else characters(value)  # type: ignore[arg-type]
    if variable.emoji is Emoji.DROP:
        text = _dropped(text)
    if variable.at_most is not None and len(text) > variable.at_most:
        raise UnfitError(rules.MOST_LENGTH, length=len(text), most=variable.at_most, characters=" ")
    return text, text


def _dropped(text: str) -> str:
    return text if is_sendable(text) else without_unsendable(text)


def _url(variable: Variable, value: object) -> _Pair:
    text, _ = _text(variable, value)
    if flaw := url_flaw(text):
        rule, params = flaw
        raise UnfitError(rule, **params)
    return text, text


def _media(variable: Variable, value: object) -> _Pair:
    text, _ = _text(variable, value)
    if not text.strip():
        raise UnfitError(rules.EMPTY)
    return text, text


def _int(variable: Variable, value: object) -> _Pair:
    if isinstance(value, str) and _is_int(value.strip()):
        value = int(value)
    if type(value) is not int:
        raise _wrong(VariableType.INT, value)
    if variable.at_most is not None and value > variable.at_most:
        raise UnfitError(rules.MOST_VALUE, most=variable.at_most)
    return value, str(value)


def _money(variable: Variable, value: object) -> _Pair:
    fen: int = value if type(value) is int else _fen(variable, value)
    if fen < 0:
        raise UnfitError(rules.MONEY_TEXT, unit=Unit.FEN.value, example="12800")
    said = _yuan(fen)
    if variable.at_most is not None and fen > variable.at_most:
        raise UnfitError(rules.MOST_VALUE, most=_yuan(variable.at_most))
    return fen, said


def _yuan(fen: int) -> str:
    digits = str(fen).zfill(3)
    return f"{digits[:-2]}.{digits[-2:]}"


def _fen(variable: Variable, value: object) -> int:
    if isinstance(value, float):
        raise UnfitError(rules.MONEY_FLOAT)
    if isinstance(value, Decimal):
        return _fen_of(value)
    if not isinstance(value, str):
        raise _wrong(VariableType.MONEY, value)
    text = characters(value).strip()
    if variable.unit is None:
        raise UnfitError(rules.MONEY_UNIT)
    if variable.unit is Unit.FEN:
        if _is_fen(text):
            return int(text)
        raise UnfitError(rules.MONEY_TEXT, unit=Unit.FEN.value, example="12800")
    if _is_yuan(text):
        return _fen_of(Decimal(text))
    raise UnfitError(rules.MONEY_TEXT, unit=Unit.YUAN.value, example="128.00")


def _fen_of(yuan: Decimal) -> int:
    """Return an amount in fen, which must be one."""
    if yuan.is_finite() and abs(yuan) < 10**15 and (yuan * 100) % 1 == 0 and yuan >= 0:
        return int(yuan * 100)
    raise UnfitError(rules.MONEY_TEXT, unit=Unit.YUAN.value, example="128.00")


def _date(variable: Variable, value: object) -> _Pair:
    if isinstance(value, str) and _is_date(value.strip()):
        value = _parsed(date.fromisoformat, value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong(VariableType.DATE, value)
    return value, _day(variable, value)


def _day(variable: Variable, day: date) -> str:
    year = f"{day.year}年" if variable.format is Format.LONG else ""
    return f"{year}{day.month}月{day.day}日"


def _datetime(variable: Variable, value: object) -> _Pair:
    if isinstance(value, str) and _is_moment(value.strip()):
        value = _parsed(datetime.fromisoformat, value.strip().upper())
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise _wrong(VariableType.DATETIME, value)
    try:
        moment = value.astimezone(BEIJING)
    except OverflowError:
        raise _wrong(VariableType.DATETIME, value) from None
    return value, f"{_day(variable, moment)} {moment:%H:%M}"


def _parsed(parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text.strip())
    except ValueError:  # no such day
        return text


def _list(variable: Variable, value: object) -> _Pair:
    if not isinstance(value, (list, tuple)):
        raise _wrong(VariableType.LIST, value)
    texts = value
    if not _TEXTS_ALONE.issuperset(map(type, value)):
        for each in value:
            if not issubclass(type(each), str):
                raise UnfitError(rules.UNFIT_VALUE, expected=VariableType.LIST.value, given=kind(each))
        texts = [*map(characters, value)]
    if variable.emoji is Emoji.DROP:
        texts = [*map(_dropped, texts)]
    if variable.at_most is not None and len(texts) > variable.at_most:
        raise UnfitError(rules.MOST_LENGTH, length=len(texts), most=variable.at_most, entries=" ")
    return tuple(texts), None


def _bool(_variable: Variable, value: object) -> _Pair:
    if isinstance(value, str):
        value = _TRUTHS.get(value.strip().lower(), value)
    if not isinstance(value, bool):
        raise _wrong(VariableType.BOOL, value)
    return value, None


_TAKERS: Final[Mapping[VariableType, Callable[[Variable, object], _Pair]]] = {
    VariableType.TEXT: _text,
    VariableType.MONEY: _money,
    VariableType.INT: _int,
    VariableType.DATE: _date,
    VariableType.DATETIME: _datetime,
    VariableType.URL: _url,
    VariableType.MEDIA: _media,
    VariableType.LIST: _list,
    VariableType.BOOL: _bool,
}
