"""An exchange as a page shows it: headers, bodies, the signed strings line by line, and why it was refused."""

from __future__ import annotations

import itertools
import json
import time
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Literal

from attrs import frozen

from msgkit.sandbox import Exchange
from msgkit.sandbox.journal import RecordedCall
from msgkit.studio.site import Site
from msgkit.studio.words.calls import WORDS

#: What the lines of a request's signed string are called, and those of an answer's (如何生成请求签名, 如何验证签名).
_REQUEST_LINES = ("line_method", "line_target", "line_timestamp", "line_nonce", "line_body")
_ANSWER_LINES = ("line_timestamp", "line_nonce", "line_body")

#: Most characters of a body that are shown.
_MOST_SHOWN = 64 * 1024


@frozen
class SignedLine:
    """A line of a signed string, beside the same line as the caller has it.

    Attributes:
        name: What it is called.
        rebuilt: As the platform rebuilt it; None where it has no such line.
        by_caller: As the caller signed it; None where that is not known, or it has no such line.
        differs: Whether the two are known and differ.
    """

    name: str
    rebuilt: str | None
    by_caller: str | None
    differs: bool


@frozen
class View:
    """A call as a page shows it.

    Attributes:
        call: The record of it.
        moment: When it came, by the sandbox's clock.
        exchange: The whole of it; None where it is not kept any more.
        lang: The language of the page.
    """

    call: RecordedCall
    moment: datetime
    exchange: Exchange | None
    lang: str

    @property
    def is_success(self) -> bool:
        """As `is_success` has it."""
        return is_success(self.call)

    @property
    def outcome(self) -> str:
        """How it ended, in a word: the status, or that the connection was cut."""
        return WORDS["cut"].text(self.lang) if self.call.status is None else str(self.call.status)

    @property
    def fault(self) -> str | None:
        """The fault that was planned for it, in words."""
        return None if self.call.fault is None else fault_words(self.call.fault, self.lang)

    @property
    def target(self) -> str:
        """Its path and query."""
        return f"{self.call.path}?{self.call.query}" if self.call.query else self.call.path

    @property
    def milliseconds(self) -> str | None:
        """How long it took, in milliseconds."""
        return None if self.exchange is None else f"{self.exchange.duration * 1000:.0f}"

    @property
    def request_body(self) -> str:
        """The body of the request."""
        return "" if self.exchange is None else readable(self.exchange.request_body, self.lang)

    @property
    def answer_body(self) -> str:
        """The body of the answer."""
        return "" if self.exchange is None else readable(self.exchange.answer_body, self.lang)

    @property
    def signed(self) -> list[SignedLine]:
        """The string that the request's signature is for, as the platform rebuilt it, beside the caller's."""
        if self.exchange is None or self.exchange.signed.rebuilt is None:
            return []
        return compared(self.exchange.signed.rebuilt, self.exchange.signed.by_caller, self.lang)

    @property
    def is_compared(self) -> bool:
        """Whether it is known what the caller signed."""
        return self.exchange is not None and self.exchange.signed.by_caller is not None

    @property
    def cures(self) -> list[str]:
        """What was done wrong in signing, and what cures it."""
        mistakes = () if self.exchange is None else self.exchange.signed.mistakes
        return [mistake.text(_language(self.lang)) for mistake in mistakes]

    @property
    def answer_signed(self) -> list[SignedLine]:
        """The string that the answer's signature is for."""
        if self.exchange is None or self.exchange.signed.answer is None:
            return []
        names = [WORDS[name].text(self.lang) for name in _ANSWER_LINES]
        return [
            SignedLine(name, line, None, differs=False)
            for name, line in zip(names, self.exchange.signed.answer, strict=False)
        ]


def is_success(call: RecordedCall) -> bool:
    """Tell whether a call was answered with a success, and nothing was wrong with the answer on purpose."""
    return call.status is not None and call.status < HTTPStatus.BAD_REQUEST and call.fault is None


def view(site: Site, call: RecordedCall, exchange: Exchange | None, lang: str) -> View:
    """Return a call as a page shows it."""
    if exchange is not None:
        return View(call, exchange.moment, exchange, lang)
    ago = timedelta(seconds=time.monotonic() - call.time)
    return View(call, site.sandbox.now - ago, None, lang)


def compared(rebuilt: tuple[str, ...], by_caller: tuple[str, ...] | None, lang: str) -> list[SignedLine]:
    """Return the lines of two signed strings beside each other.

    Args:
        rebuilt: Those that the platform rebuilt.
        by_caller: Those that the caller signed; None where that is not known.
        lang: The language of their names.
    """
    names = [WORDS[name].text(lang) for name in _REQUEST_LINES]
    lines: list[SignedLine] = []
    for number, (ours, theirs) in enumerate(itertools.zip_longest(rebuilt, by_caller or ())):
        name = names[number] if number < len(names) else ""
        lines.append(SignedLine(name, ours, theirs, differs=by_caller is not None and ours != theirs))
    return lines


def readable(body: bytes, lang: str) -> str:
    """Return a body as people read it: JSON laid out, other text as it is, and of anything else its size."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        if text.count("\ufffd") * 10 > len(text):
            return WORDS["binary"].text(lang, size=len(body))
    try:
        laid_out = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        laid_out = text
    return laid_out[:_MOST_SHOWN]


def fault_words(fault: str, lang: str) -> str:
    """Say what goes wrong with a fault."""
    named = WORDS.get(f"fault_{fault}")
    return fault if named is None else named.text(lang)


def _language(lang: str) -> Literal["en", "zh"]:
    return "zh" if lang == "zh" else "en"
