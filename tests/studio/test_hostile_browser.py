"""Hostile texts, in a real browser: they stay texts, wherever they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Browser, Dialog, Page, expect

from msgkit import Message
from msgkit.preview import as_page
from msgkit.studio import Studio
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

    def close(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
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

    def resolved(text: str) -> str:
        return as_page(message, images=lambda _: text)

    assert {text: text for text in bad if resolved(text) != placeholder} == {}
    blank.set_content(placeholder)


_ODD = """() => {
  const tags = new Set(`A ARTICLE B BDI BUTTON CODE DD DETAILS DIALOG DIV DL DT FIELDSET FOOTER FORM H1 H2 H3 H4 HEADER
    IMG INPUT LABEL LEGEND LI MAIN NAV NOSCRIPT OL OPTGROUP OPTION P PRE SECTION SELECT SMALL SPAN STRONG SUMMARY SVG
    PATH RECT CIRCLE POLYLINE TABLE TBODY TD TEXTAREA TH THEAD TIME TR UL BR`.split(/\\s+/));
  const ours = /^(#|\\/|blob:|data:image\\/(png|jpeg|gif|bmp);base64,)/;
  const leads = ["href", "src", "srcset", "action", "formaction", "poster", "data", "xlink:href", "hx-get", "hx-post"];
  const odd = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(".cm-editor")) continue;
    if (!tags.has(element.tagName.toUpperCase())) odd.push(element.tagName);
    for (const { name, value } of element.attributes) {
      const isOurs = value.startsWith(location.origin + "/") || (ours.test(value) && !value.startsWith("//"));
      const goes = leads.includes(name) && !isOurs;
      if (name.startsWith("on") || name.startsWith("hx-on") || name === "srcdoc" || goes) odd.push(`${name}=${value}`);
    }
  }
  return odd;
}"""
"""What a page of the studio has that none of its own templates puts there."""


def _template(text: str) -> str:
    """Return a template file that has a text wherever one may stand, and one that is asked for."""
    said = text.replace("$", "$$")
    blocks = [
        {"text": said},
        {"image": said},
        {"link": said, "url": "https://shop.example/"},
        {"faq": [said]},
        {"button": said, "action_id": said},
        {"buttons": [{"text": said, "send": said, "custom_data": said}], "layout": "horizontal"},
        {"text": "${v}"},
    ]
    variables = {"v": {"description": text, "example": text}}
    return json.dumps({"description": text, "variables": variables, "blocks": blocks, "custom_data": said})


def _file_name(number: int, text: str) -> str:
    """Return a name that a file can have, with as much of a text in it as that."""
    return f"{number:03} " + text.replace("/", "∕").replace("\0", "")[:80]


def test_gallery(page: Page, studio: Studio, folder: Path) -> None:
    """A hundred files with hostile names, texts and variables are a hundred cards."""
    for number, text in enumerate(TEXTS):
        (folder / f"{_file_name(number, text)}.json").write_text(_template(text), "utf-8")
        (folder / f"broken {number:03}.yaml").write_text(f"blocks:\n  - {text}: {text}\n", "utf-8")
    page.goto(f"{studio.url}zh/#gallery")
    cards = page.locator("#gallery .card")
    expect(cards.first).to_be_visible()
    for seen in range(24, 2 * len(TEXTS), 24):
        page.locator("#gallery .more").scroll_into_view_if_needed()
        expect(cards).not_to_have_count(seen)
    expect(cards).to_have_count(2 * len(TEXTS))
    expect(page.locator("#gallery .msgkit-message")).not_to_have_count(0)
    assert page.evaluate(_ODD) == []


def test_composer(page: Page, studio: Studio, folder: Path) -> None:
    """A hostile text in each field of a template, of its form and of its variables is shown as a text."""
    for number, text in enumerate(TEXTS):
        (folder / f"t{number}.json").write_text(_template(text), "utf-8")
    odd: dict[str, list[str]] = {}
    page.goto(f"{studio.url}zh/#composer?name=t0")
    for number, text in enumerate(TEXTS):
        page.evaluate("name => { location.hash = `composer?name=${name}`; }", f"t{number}")
        expect(page.locator("#composer-name")).to_contain_text(f"t{number}.json", timeout=15_000)
        page.locator("#composer [data-view=form]").click()
        expect(page.locator("#composer-form li").first).to_be_visible()
        page.locator("#composer-slots input, #composer-slots textarea").first.fill(text.replace("\n", " "))
        page.wait_for_timeout(80)
        if found := page.evaluate(_ODD):
            odd[text] = found
    assert odd == {}


def test_conversation(page: Page, studio: Studio) -> None:
    """What customers and platforms say, what programs ask and how they are called, is shown as texts."""
    sandbox = studio.sandbox
    complaint = sandbox.complaint(complaint_detail="杯子是碎的")
    for text in TEXTS:
        told = text.replace("\0", "") or "x"
        other = sandbox.complaint(complaint_detail=told)
        sandbox.customer(other).says(told)
        sandbox.entry(complaint.complaint_id, "MERCHANT_RESPONSE", normal_message=everywhere(told))
        sandbox.entry(complaint.complaint_id, told, details=told, operator=told)
        click = {"message_content": told, "action_id": told, "clicked_log_id": told}
        sandbox.entry(complaint.complaint_id, "USER_CLICK_RESPONSE", details=told, click_message=click)
        path = quote(told, safe="<>\"'(){}$`;:=")
        requests.get(f"{sandbox.base_url}/v3/{path}", headers={"X-Said": quote(told), "User-Agent": "a"}, timeout=10)
    page.goto(f"{studio.url}zh/#conversation?id={complaint.complaint_id}")
    expect(page.locator("#conversation .msgkit-message")).to_have_count(len(TEXTS))
    assert page.evaluate(_ODD) == []
    page.goto(f"{studio.url}zh/#calls")
    expect(page.locator("#calls summary").first).to_be_visible()
    for summary in page.locator("#calls summary").all()[:20]:
        summary.click()
    page.wait_for_timeout(500)
    assert page.evaluate(_ODD) == []
