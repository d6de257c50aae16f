"""`Problem`: one thing that is wrong, where, and what would be right."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from msgkit import _language
from msgkit._printable import printable
from msgkit.rules import RULES, Rule

_LONGEST_POINTER = 200
_FILLED_BY = _language.Words(", once {names:list} is filled in", "（填入变量 {names:list} 之后）")


@attrs.frozen(init=False, repr=False)
class Problem:
    """One thing that is wrong, and where.

    Problems hash, copy and pickle whatever their value is. A value that cannot be pickled, such as a lock, is None in
    what comes back; one that cannot be copied is the same object in a deep copy.

    Args:
        pointer: JSON Pointer (RFC 6901) to the place, e.g. ``/blocks/0/text/text``; the empty string is the whole.
        said: The rule that is broken; or, for what the platform found, its own words.
        value: The offending value, as it was given. It may hold a customer's words, so nothing shows it.
        params: What fills the rule's text.

    Attributes:
        pointer: As given.
        value: As given.
        rule: The code of the rule, e.g. ``"four-byte-character"``; None where the platform said it in its own words.
        params: What fills the rule's text, by name; read-only.
        message: What is wrong and what would be right, in English, without the offending text itself.

    >>> from msgkit import rules
    >>> problem = Problem("/blocks/1/text/text", rules.TOO_LONG, length=501, most=500)
    >>> problem.rule, problem.message
    ('too-long', 'is 501 characters long; at most 500 are allowed')
    >>> problem.text("zh")
    '第 2 块 · 文字：有 501 个字，最多 500 个'
    """

    pointer: str
    _said: Rule | str
    value: Any = attrs.field(default=None, hash=False)  # compared, but it may be a list
    _params: tuple[tuple[str, Any], ...] = ()

    def __init__(self, pointer: str, said: Rule | str, value: Any = None, **params: Any) -> None:
        self.__attrs_init__(pointer, said, value, tuple(params.items()))  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def rule(self) -> str | None:
        """The code of the rule; None where the platform said it in its own words."""
        return self._said.code if isinstance(self._said, Rule) else None

    @property
    def params(self) -> Mapping[str, Any]:
        """What fills the rule's text, by name; read-only."""
        return MappingProxyType(dict(self._params))

    @property
    def message(self) -> str:
        """What is wrong and what would be right, in English or the platform's own words."""
        return self.text(_language.ENGLISH)

    def text(self, lang: str) -> str:
        """Say what is wrong and what would be right.

        Args:
            lang: ``"en"`` or ``"zh"``. In Chinese the place comes first, as a person would name it. The platform's own
                words are the same in every language.

        Raises:
            ValueError: It is another language.
        """
        lang = _language.known(lang)
        place = _language.place(self.pointer) if lang == _language.CHINESE and self.rule else ""
        said = self.said(lang)
        return f"{printable(_shortened(place))}：{said}" if place else said

    def said(self, lang: str) -> str:
        """Say what is wrong and what would be right, without the place; see `text`."""
        lang = _language.known(lang)
        if not isinstance(self._said, Rule):
            return printable(self._said)
        words = self._said.zh if lang == _language.CHINESE else self._said.en
        params = dict(self._params)
        said = _language.say(words, params, lang)
        # A rule of all texts says nothing of whose value filled this one.
        if (variable := params.get("variable")) and "{variable" not in words:
            said += _FILLED_BY.text(lang, names=(variable,) if isinstance(variable, str) else variable)
        return printable(said)

    def placed(self, lang: str) -> str:
        """Say what is wrong, and where: in Chinese as `text` does, and else behind its pointer."""
        text = self.text(lang)
        is_named = lang == _language.CHINESE and self.rule
        return text if is_named or not self.pointer else f"{printable(_shortened(self.pointer))}: {text}"

    def __str__(self) -> str:
        return self.placed(_language.language())

    def __repr__(self) -> str:
        rule = f"rule={self.rule!r}, " if self.rule else ""
        return f"Problem(pointer={self.pointer!r}, {rule}message={self.message!r})"

    def under(self, parent: str) -> Problem:
        """Return the same problem as seen from further up, with `parent` (a JSON Pointer) put in front."""
        return self._with(parent + self.pointer, self.value)

    def below(self, child: str) -> Problem:
        """Return the same problem further down, with `child` (a JSON Pointer) put behind its own."""
        return self._with(self.pointer + child, self.value)

    def at(self, pointer: str) -> Problem:
        """Return the same problem in another place."""
        return self._with(pointer, self.value)

    def about(self, **params: Any) -> Problem:
        """Return the same problem with more that is said of it."""
        return Problem(self.pointer, self._said, self.value, **{**dict(self._params), **params})

    def _with(self, pointer: str, value: Any) -> Problem:
        return Problem(pointer, self._said, value, **dict(self._params))

    def __copy__(self) -> Problem:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Problem:
        try:
            value = copy.deepcopy(self.value, memo)
        except Exception:  # noqa: BLE001 - the value is anybody's, and what it raises too
            value = self.value
        return self._with(self.pointer, value)

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        value = self.value if _is_picklable(self.value, protocol) else None
        return _restored, (self.pointer, self.rule, None if self.rule else self._said, value, dict(self._params))


def _restored(pointer: str, code: str | None, words: str, value: Any, params: dict[str, Any]) -> Problem:
    return Problem(pointer, RULES[code] if code else words, value, **params)


def _is_picklable(value: object, protocol: int) -> bool:
    """Tell whether a value survives a pickle; there are some that can be written and not read."""
    import pickle  # noqa: PLC0415 - whoever pickles has it

    try:
        pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 - our own pickle
    except Exception:  # noqa: BLE001 - the value is anybody's, and what it raises too
        return False
    return True


def _shortened(pointer: str) -> str:
    """Leave out the middle of a pointer whose keys, which may come from anywhere, are longer than a reader can use."""
    if len(pointer) <= _LONGEST_POINTER:
        return pointer
    return f"{pointer[: _LONGEST_POINTER // 2]}…{pointer[-_LONGEST_POINTER // 2 :]}"
