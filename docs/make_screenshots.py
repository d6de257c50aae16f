"""Make the pictures of these pages: ``python docs/make_screenshots.py [FOLDER]``, by default into docs/images.

They show the studio as it is, in a real browser, with the templates of the example bot: nothing is drawn by hand. Run
it again when the looks have changed, and look at what it makes.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from msgkit import Button, Client, JumpMiniProgram, Library, Message, SendMessage
from msgkit.preview import Look, as_page
from msgkit.studio import Studio

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "examples" / "bot" / "templates"
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


def every_block() -> Message:
    """Return a message with a block of each type, and of each look that one can have."""
    soon = datetime.now(UTC) + timedelta(days=1)
    return (
        Message()
        .text("您的退款申请已受理", bold=True)
        .text("预计 1-3 个工作日到账", color="SECONDARY")
        .image("media-id-from-upload", style="WIDE")
        .image("media-id-from-upload", style="NARROW")
        .link("查看订单", "https://shop.example/orders/42")
        .faq("退款多久到账？", "怎么修改收货地址？")
        .button("转人工客服", expires=soon)
        .button_group(
            "满意",
            "不满意",
            Button("售后服务", JumpMiniProgram("wx1234567890abcdef", "pages/after-sales")),
            layout="HORIZONTAL",
            expires=soon,
            multi_clickable=False,
        )
        .button_group("已解决", "还没解决", layout="VERTICAL")
        .sent_by("MACHINE")
    )


def previews(browser: Browser, folder: Path) -> None:
    """Picture a message with each block: light and dark, as it comes, as it has expired and as it was used."""
    looks = {"": Look(), "-expired": Look(state="expired"), "-used": Look(state="used")}
    page = browser.new_page(viewport={"width": 460, "height": 900})
    for name, look in looks.items():
        for theme, dark in (("", False), ("-dark", True)):
            page.set_content(as_page(every_block(), look, dark=dark))
            page.screenshot(path=folder / f"preview{name}{theme}.png", full_page=True)
    page.close()


def places(browser: Browser, studio: Studio, folder: Path) -> None:
    """Picture the places of the studio, light and dark."""
    complaint = talk(studio)
    for theme in ("light", "dark"):
        ending = "" if theme == "light" else "-dark"
        with _opened(browser, theme) as page:
            page.goto(f"{studio.url}zh/#gallery")
            page.wait_for_selector("#gallery .msgkit-message")
            _take(page, folder / f"studio-gallery{ending}.png")
            page.goto(f"{studio.url}zh/#composer?name=refund/accepted")
            page.wait_for_selector("#composer-preview .msgkit-message")
            if theme == "dark":
                page.locator("#composer").get_by_text("表单", exact=True).click()
            _take(page, folder / f"studio-composer{ending}.png")
            page.goto(f"{studio.url}zh/#conversation?id={complaint}")
            page.wait_for_selector("#conversation .msgkit-message")
            _take(page, folder / f"studio-conversation{ending}.png")
            page.goto(f"{studio.url}zh/#calls")
            page.wait_for_selector("#calls summary")
            _take(page, folder / f"studio-calls{ending}.png")


def talk(studio: Studio) -> str:
    """Have a conversation, and return its complaint."""
    sandbox, library = studio.sandbox, Library(TEMPLATES)
    sandbox.complaint(complaint_detail="收到的杯子是碎的", need_immediate_service=False)
    late = datetime.now(UTC) - timedelta(hours=26)
    sandbox.complaint(complaint_detail="同一笔订单扣了两次款", complaint_time=late)
    complaint = sandbox.complaint(complaint_detail="买了三天还没发货，要求退款")
    customer = sandbox.customer(complaint)
    template = library["refund/accepted"]
    menu = (
        Message()
        .text("您好，已收到您的反馈，请选择需要的帮助：")
        .button_group(
            Button("退款", SendMessage("我要退款", action_id="refund")),
            Button("查物流", SendMessage("查物流", action_id="delivery")),
            layout="HORIZONTAL",
            multi_clickable=False,
        )
    )
    with Client.from_env(sandbox.credentials.environ) as client:
        client.send(complaint.complaint_id, menu.sent_by("MACHINE"))
        customer.taps("退款")
        sandbox.fail_next("SYSTEM_ERROR")
        client.send(complaint.complaint_id, template.render(**template.examples))
    customer.says("好的，谢谢")
    return complaint.complaint_id


@contextmanager
def _opened(browser: Browser, theme: str) -> Iterator[Page]:
    dark = theme == "dark"
    context = browser.new_context(
        viewport={"width": 1440, "height": 860}, locale="zh-CN", color_scheme="dark" if dark else "light"
    )
    yield context.new_page()
    context.close()


def _take(page: Page, path: Path) -> None:
    page.wait_for_timeout(600)  # until what comes in by itself is there
    page.screenshot(path=path)


def main(folder: Path) -> None:
    """Make all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as root, sync_playwright() as playwright:
        replies = Path(shutil.copytree(TEMPLATES, Path(root, "replies")))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_ARGUMENTS)
        previews(browser, folder)
        with Studio(replies) as studio:
            places(browser, studio, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else HERE / "images")
