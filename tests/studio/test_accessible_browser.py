"""The gallery and the composer for everybody: axe-core finds nothing in any of their states."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from msgkit.studio import Studio
from tests.studio import accessible

pytestmark = pytest.mark.slow

GOOD = """\
description: 退款申请已受理
variables:
  order_no: {description: 订单号, example: "4200002188202411"}
  amount: {description: 金额, type: money, unit: yuan, example: "128.00"}
  arrives: {description: 到账日, type: date, example: 2026-11-28}
  questions: {description: 推荐问题, type: list, example: [退款多久到账？, 退到哪里？]}
  urgent: {description: 加急, type: bool, example: true}
blocks:
  - text: 订单 ${order_no} 退款 ${amount} 元，${arrives} 到账
    bold: true
  - text: 已加急
    when: urgent
    color: secondary
  - image: "m1"
    style: wide
  - link: 查看订单
    url: https://shop.example/${order_no}
  - faq: ${questions}
  - buttons: [满意, {text: 不满意, action_id: unhappy}]
    layout: horizontal
    expires: 24h
    multi_clickable: false
"""
BAD = "blocks:\n  - text: 您好😊\n  - butons: [满意]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a template that is right, one that is not, and one of several messages."""
    made = tmp_path / "replies"
    (made / "refund").mkdir(parents=True)
    (made / "refund" / "accepted.yaml").write_text(GOOD, "utf-8")
    (made / "broken.yaml").write_text(BAD, "utf-8")
    variants = "variables: {again: {type: bool, example: true}}\nvariants:\n  - {when: again, blocks: [{text: 再次}]}\n"
    (made / "several.yaml").write_text(f"{variants}  - blocks: [{{text: 首次}}]\n", "utf-8")
    return made


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_places(browser: Browser, studio: Studio, theme: str, width: int, lang: str) -> None:
    """axe-core finds nothing, of any level, in the gallery and the composer, with dialogs open and findings shown."""
    dark = theme == "dark"
    context = browser.new_context(
        viewport={"width": width, "height": 860}, color_scheme="dark" if dark else "light", locale=lang
    )
    accessible.bring(context)
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        if told := accessible.findings(page):
            found[state] = told

    page.goto(f"{studio.url}{lang}/#gallery")
    expect(page.locator("#gallery article")).to_have_count(3)
    expect(page.locator("#gallery .msgkit-message").first).to_be_visible()
    look("gallery")
    _compose(page, studio, lang, look)
    context.close()
    assert found == {}


def _compose(page: Page, studio: Studio, lang: str, look: object) -> None:
    assert callable(look)
    page.goto(f"{studio.url}{lang}/#composer?name=refund/accepted")
    expect(page.locator("#composer-preview .msgkit-message")).to_be_visible()
    look("composer")
    page.locator("#composer [data-do=share]").click()
    expect(page.locator("#said .good")).to_have_css("opacity", "1")
    look("said")
    page.locator("#composer [data-view=form]").click()
    expect(page.locator("#composer-form li").first).to_be_visible()
    look("forms")
    page.locator("#composer [data-view=json]").click()
    page.wait_for_timeout(200)
    look("JSON")
    page.locator("#composer [data-view=yaml]").click()
    page.locator("#composer .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(BAD)
    expect(page.locator("#composer-findings .finding.error").first).to_be_visible()
    look("findings")
    page.locator("#composer [data-do=open]").click()
    page.wait_for_timeout(300)
    look("open")
    page.keyboard.press("Escape")
    page.locator("#composer [data-do=new]").click()
    page.wait_for_timeout(300)
    look("new")
