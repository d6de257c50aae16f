"""Text from elsewhere, made fit for APIv3."""

from __future__ import annotations

import re

from msgkit import rules
from msgkit._fields import is_sendable
from msgkit._language import kind
from msgkit.errors import Problem, ValidationError

# What is drawn as one sign is taken out as one: a flag is two characters, a family many that invisible ones join.
_sign = (
    "(?:[\U00010000-\U0010ffff\ud800-\udfff]|[\u2190-\u2bff])"
    "(?:[\U0001f3fb-\U0001f3ff]|[\ufe0e\ufe0f]|[\U000e0020-\U000e007f])*"
)
_find_signs = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|{_sign}(?:\u200d{_sign})*")


def plain(text: str, replace: str = "") -> str:
    """Take out the characters that APIv3 does not take: for customers' names, which are full of emoji.

    APIv3 takes only characters that UTF-8 encodes in one to three bytes; emoji and the rarest Chinese characters have
    four. An emoji that is made of several characters counts as one.

    Args:
        text: Any text.
        replace: What stands in place of each, e.g. ``"□"``.

    Raises:
        ValidationError: An argument is no string, or `replace` could not be sent itself.

    Source: WeChat Pay APIv3, 接口规则.

    >>> plain("小明👨‍👩‍👧")
    '小明'
    >>> plain("👍🏽谢谢", "□")
    '□谢谢'
    """
    for name, value in (("text", text), ("replace", replace)):
        if not isinstance(value, str):
            problem = Problem(f"/{name}", rules.WRONG_TYPE, value, expected="string", given=kind(value))
            raise ValidationError([problem], "plain")
    if not is_sendable(replace):
        raise ValidationError([Problem("/replace", rules.UNSENDABLE_REPLACEMENT, replace)], "plain")
    return text if is_sendable(text) else _find_signs.sub(lambda sign: _replaced(sign[0], replace), text)


def _replaced(sign: str, replace: str) -> str:
    return sign if is_sendable(sign) else replace
