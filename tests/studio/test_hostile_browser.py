"""Hostile texts, in a real browser: they stay texts, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from msgkit import Message
from msgkit.preview import as_page
from tests.studio.hostile import TEXTS, everywhere

pytestmark = pytest.mark.slow

_STRUCTURE = """() => [...document.querySelectorAll("*")].map((element) =>
  [element.tagName, ...element.getAttributeNames().sort()].join(" "))"""
"""What a page is made of: its elements in order, each with the names of its attributes."""


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A page that nothing may leave and nothing may open."""
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url))
    page.on("dialog", lambda dialog: (told.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page
    context.close()
    assert told == []


def test_preview(blank: Page) -> None:
    """A page with a hostile text in every field has the elements of one with a tame text, and does nothing more."""

    def made_of(text: str) -> object:
        blank.set_content(as_page(Message.from_dict(everywhere(text), strict=False)))
        return blank.evaluate(_STRUCTURE)

    tame = made_of("退款")
    assert {text: text for text in TEXTS if made_of(text) != tame} == {}
    blank.wait_for_timeout(200)


def test_resolver(blank: Page) -> None:
    """What a resolver of pictures returns is shown only where it is an address or bytes of a picture."""
    message = Message().image("m1").image("m2", style="WIDE")
    placeholder = as_page(message)
    bad = [text for text in TEXTS if not text.startswith("https://")]
    assert {text: text for text in bad if as_page(message, images=lambda _, said=text: said) != placeholder} == {}
    blank.set_content(placeholder)
