"""The values that a template is given: from what a caller has to what a customer reads.

Each type of variable has one function, which takes a value as code has it, or as text, as it comes from a file, a
table, a form or a command line. Nothing is guessed: where a text could mean two things, it is refused with both cures.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from typing import Any, Final, NamedTuple, TypeAlias, TypeGuard, TypeVar

from msgkit import rules
from msgkit._beijing import BEIJING
from msgkit._fields import as_moment, is_sendable, url_flaw
from msgkit._language import kind
from msgkit._plain import plain as without_unsendable
from msgkit.errors import Problem
from msgkit.rules import Rule
from msgkit.templates._variables import Emoji, Format, Unit, Variable, VariableType

_T = TypeVar("_T")

_is_int = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII).fullmatch
_is_fen = re.compile(r"\d{1,15}", re.ASCII).fullmatch
_is_yuan = re.compile(r"\d{1,13}(?:\.\d{1,2})?", re.ASCII).fullmatch
_is_date = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_is_moment = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII).fullmatch
_TEXTS_ALONE = frozenset({str})
_DIGITS = 15
_ENDLESS = 10**18
"""A number of more digits is nobody's, and to write a very long one Python refuses."""
_FEN = Decimal("0.01")
_TRUTHS = {"true": True, "false": False, "是": True, "否": False}


class Taken(NamedTuple):
    """A value that was taken.

    Attributes:
        given: What conditions and lists look at.
        said: What stands in a text for it; None where it cannot stand in one.
    """

    given: Any
    said: str | None


_Pair: TypeAlias = tuple[Any, str | None]


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

    def about(self, name: str, pointer: str = "", value: object = None) -> Problem:
        """Return what is wrong, with the variable that the value was given for."""
        key = "name" if self.rule is rules.NO_TEXT_FOR_VARIABLE else "variable"
        return Problem(pointer, self.rule, value, **self.params, **{key: name})


def take(variable: Variable, value: object) -> Taken:
    """Take a value of a variable.

    Raises:
        UnfitError: It is none.
    """
    return Taken(*_TAKERS[variable.type](variable, value))


def taker(variable: Variable) -> Callable[[object], _Pair]:
    """Return what takes the values of a variable, as `take` does, and returns the two parts of a `Taken`."""
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
    if _is_a(value, str):
        return UnfitError(rules.UNFIT_TEXT, expected=expected.value)
    return UnfitError(rules.UNFIT_VALUE, expected=expected.value, given=kind(value))


def _text(variable: Variable, value: object) -> _Pair:
    if not _is_a(value, str):
        raise UnfitError(rules.NO_TEXT_FOR_VARIABLE, given=kind(value))
    text = value if type(value) is str else characters(value)
    if variable.emoji is Emoji.DROP:
        text = _dropped(text)
    if variable.at_most is not None and len(text) > variable.at_most:
        raise UnfitError(rules.MOST_LENGTH, length=len(text), most=variable.at_most, characters=" ")
    return text, text


def _dropped(text: str) -> str:
    # An emoji at an end leaves the space beside it; one that stands alone leaves nothing, as conditions see it.
    return text if is_sendable(text) else without_unsendable(text).strip()


def _is_a(value: object, cls: type[_T]) -> TypeGuard[_T]:
    """Tell whether a value is of a class, and does not only say so of itself, as a mock does."""
    return issubclass(type(value), cls)


def _stripped(value: object) -> str | None:
    """Return a text without the blanks around it; None where it is no text."""
    return characters(value).strip() if _is_a(value, str) else None


def _url(variable: Variable, value: object) -> _Pair:
    pair = _text(variable, value)
    if flaw := url_flaw(pair[0]):
        rule, params = flaw
        raise UnfitError(rule, **params)
    return pair


def _media(variable: Variable, value: object) -> _Pair:
    pair = _text(variable, value)
    if not pair[0].strip():
        raise UnfitError(rules.EMPTY)
    return pair


def _int(variable: Variable, value: object) -> _Pair:
    text = _stripped(value)
    number = int(text) if text is not None and _is_int(text) else _whole(value)
    if number is None or number <= -_ENDLESS:
        raise _wrong(VariableType.INT, value)
    most = min(variable.at_most or _ENDLESS, _ENDLESS - 1)
    if number > most:
        raise UnfitError(rules.MOST_VALUE, most=most)
    return number, str(number)


def _whole(value: object) -> int | None:
    """Return a whole number, as it is whatever its class; None where it is none, as true and false are."""
    return int.__int__(value) if _is_a(value, int) and not _is_a(value, bool) else None


def _money(variable: Variable, value: object) -> _Pair:
    fen: int = value if type(value) is int else _fen(variable, value)
    if not 0 <= fen < _ENDLESS:
        raise UnfitError(rules.MONEY_TEXT, unit=Unit.FEN.value, example="12800")
    said = _yuan(fen)
    if variable.at_most is not None and fen > variable.at_most:
        raise UnfitError(rules.MOST_VALUE, most=_yuan(variable.at_most))
    return fen, said


def _yuan(fen: int) -> str:
    digits = str(fen).zfill(3)
    return f"{digits[:-2]}.{digits[-2:]}"


def _fen(variable: Variable, value: object) -> int:
    if (fen := _whole(value)) is not None:
        return fen
    if _is_a(value, float):
        raise UnfitError(rules.MONEY_FLOAT)
    if _is_a(value, Decimal):
        return _fen_of(value)
    text = _stripped(value)
    if text is None:
        raise _wrong(VariableType.MONEY, value)
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
    """Return an amount in fen, which must be one; however exactly the program counts otherwise."""
    exact = Context(prec=_DIGITS + 2, traps=[InvalidOperation, Inexact])
    try:
        return int(yuan.quantize(_FEN, context=exact).scaleb(2, context=exact))
    except (DecimalException, ValueError):  # it has more decimals, or too many digits, or is none
        raise UnfitError(rules.MONEY_TEXT, unit=Unit.YUAN.value, example="128.00") from None


def _date(variable: Variable, value: object) -> _Pair:
    text = _stripped(value)
    day = _parsed(date.fromisoformat, text) if text is not None and _is_date(text) else value
    if not _is_a(day, date) or _is_a(day, datetime):
        raise _wrong(VariableType.DATE, value)
    return day, _day(variable, day)


def _day(variable: Variable, day: date) -> str:
    year = f"{day.year}年" if variable.format is Format.LONG else ""
    return f"{year}{day.month}月{day.day}日"


def _datetime(variable: Variable, value: object) -> _Pair:
    text = _stripped(value)
    written = _parsed(datetime.fromisoformat, text.upper()) if text is not None and _is_moment(text) else value
    moment = _in_beijing(written) if _is_a(written, datetime) else None
    if moment is None:
        raise _wrong(VariableType.DATETIME, value)
    return moment, f"{_day(variable, moment)} {moment.hour:02d}:{moment.minute:02d}"


def _in_beijing(moment: datetime) -> datetime | None:
    """Return a moment as the clock in Beijing shows it, in whole seconds; None where that cannot be said."""
    try:
        offset = moment.utcoffset()
        return None if offset is None else as_moment((moment.replace(tzinfo=timezone(offset))).astimezone(BEIJING))
    except Exception:  # noqa: BLE001 - it is before the first or after the last year, or its zone is anybody's class
        return None


def _parsed(parse: Callable[[str], _T], text: str) -> _T | None:
    try:
        return parse(text)
    except ValueError:  # no such day
        return None


def _list(variable: Variable, value: object) -> _Pair:
    if type(value) is not list and not (_is_a(value, list) or _is_a(value, tuple)):
        raise _wrong(VariableType.LIST, value)
    texts: Any = value
    if not _TEXTS_ALONE.issuperset(map(type, texts)):
        for each in texts:
            if not _is_a(each, str):
                raise UnfitError(rules.UNFIT_VALUE, expected=VariableType.LIST.value, given=kind(each))
        texts = [*map(characters, texts)]
    if variable.emoji is Emoji.DROP:
        texts = [*map(_dropped, texts)]
    if variable.at_most is not None and len(texts) > variable.at_most:
        raise UnfitError(rules.MOST_LENGTH, length=len(texts), most=variable.at_most, entries=" ")
    return tuple(texts), None


def _bool(_variable: Variable, value: object) -> _Pair:
    text = _stripped(value)
    truth = value if text is None else _TRUTHS.get(text.lower())
    if not _is_a(truth, bool):
        raise _wrong(VariableType.BOOL, value)
    return truth, None


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
