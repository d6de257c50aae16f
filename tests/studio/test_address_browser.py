"""What an address asks for, in a real browser: links come from anybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from msgkit.studio import Studio
from tests.studio.test_composer_browser import arrive

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("place", ["__proto__", "constructor", "toString?name=a"])
def test_no_place(page: Page, studio: Studio, place: str) -> None:
    """An address that names no place shows the gallery, also where all objects have something of that name."""
    page.goto(f"{studio.url}zh/#{place}")
    expect(page.locator("#gallery")).to_be_visible()


def test_fragment_stays(page: Page, studio: Studio) -> None:
    """What stands in an address's fragment, a message maybe, is not sent with what the page asks."""
    told: list[str] = []
    page.on("request", lambda request: told.extend(request.headers.values()))
    page.goto(f"{studio.url}zh/#composer?share=not-to-be-told")
    expect(page.locator("#composer .cm-content")).to_be_visible()
    page.goto(f"{studio.url}zh/#conversation?id=200201820200101080076610000")
    expect(page.locator("#facts")).to_be_visible()
    assert len(told) > 10
    assert [each for each in told if "://" in each and "#" in each] == []


def test_variable_of_all_objects(page: Page, studio: Studio) -> None:
    """A variable can be filled whose name all objects have something of."""
    arrive(page, studio)
    page.locator("#composer .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("blocks:\n  - text: ${__proto__} ${constructor}\n")
    for name, text in (("__proto__", "张三"), ("constructor", "李四")):
        page.locator(f'#composer-slots [data-variable="{name}"]').fill(text)
    expect(page.locator("#composer-preview")).to_contain_text("张三 李四")
