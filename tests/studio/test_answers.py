"""Answers whose texts may hold anything."""

from __future__ import annotations

import json

from msgkit.studio.answers import JsonAnswer, MarkupAnswer

HALF = "a\ud800b 您好"


def test_json() -> None:
    """Half a character comes through JSON as it is; Chinese is not escaped."""
    body = JsonAnswer({"text": HALF}).body
    assert json.loads(bytes(body)) == {"text": HALF}
    assert "您好".encode() in bytes(body)


def test_markup() -> None:
    """Half a character in markup is a reference to it, which browsers show as U+FFFD."""
    assert bytes(MarkupAnswer(f"<p>{HALF}</p>").body).decode() == "<p>a&#55296;b 您好</p>"
