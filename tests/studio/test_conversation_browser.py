"""Conversations in a real browser: live from another process, tapped, answered, and made to go wrong."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Browser, Page, expect

from msgkit import Button, Message, Router, SendMessage
from msgkit.client import Client
from msgkit.sandbox import Complaint
from msgkit.studio import Studio
from tests.studio import accessible
from tests.studio.merchant import ask_wrongly
from tests.studio.test_conversation import REFUND

pytestmark = pytest.mark.slow

Opened = Callable[[Complaint], None]

_SENDING = """
import sys
from msgkit import Button, Message, SendMessage
from msgkit.client import Client
with Client.from_env() as client:
    client.send(sys.argv[1], Message().text("您好").button_group(
        Button("满意", SendMessage("很满意", action_id="happy")), Button("不满意"), multi_clickable=False))
"""


@pytest.fixture
def complaint(studio: Studio) -> Complaint:
    """A complaint."""
    return studio.sandbox.complaint(complaint_detail="杯子是碎的")


@pytest.fixture
def merchant(studio: Studio) -> Iterator[Client]:
    """The merchant's own client."""
    with Client.from_env(studio.sandbox.credentials.environ) as client:
        yield client


@pytest.fixture
def opened(studio: Studio, page: Page) -> Opened:
    """Opens the conversation of a complaint."""

    def open_it(complaint: Complaint) -> None:
        page.goto(f"{studio.url}zh/#conversation?id={complaint.complaint_id}")
        expect(page.locator("#facts")).to_contain_text(complaint.complaint_id)

    return open_it


@contextmanager
def _answering(studio: Studio) -> Iterator[Router]:
    """A merchant's own program: a router that is notified over HTTP, and answers those who are happy."""
    with Client.from_env(studio.sandbox.credentials.environ) as client:
        router = Router(client)

        @router.on_tap("happy")
        def thank() -> Message:
            return Message().text("谢谢您的肯定")

        class Quiet(WSGIRequestHandler):
            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the class has it
                """Say nothing."""

        with router.running(), make_server("127.0.0.1", 0, router.wsgi, handler_class=Quiet) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            studio.sandbox.notify_to(f"http://127.0.0.1:{server.server_port}/notify")
            yield router
            server.shutdown()


def test_live(studio: Studio, page: Page, complaint: Complaint, merchant: Client, opened: Opened) -> None:
    """A client in another process sends, a person taps, a router answers: all of it appears without a reload."""
    opened(complaint)
    page.evaluate("window.stays = true")
    with _answering(studio):
        environ = studio.sandbox.credentials.environ
        subprocess.run([sys.executable, "-c", _SENDING, complaint.complaint_id], env={**_PATH, **environ}, check=True)
        happy = page.locator("#talk").get_by_role("button", name="满意", exact=True)
        expect(happy).to_be_visible()
        expect(page.locator("#heard")).to_have_text("商家有新回复")
        happy.click()
        talk = page.locator("#talk")
        expect(talk).to_contain_text("很满意")
        expect(talk).to_contain_text("点击了按钮“满意” · action_id: happy · 已通知商户 · 200")
        expect(talk).to_contain_text("谢谢您的肯定")
    clicks = [entry.click for entry in merchant.history(complaint.complaint_id) if entry.click is not None]
    assert [click.action_id for click in clicks] == ["happy"]
    assert page.evaluate("window.stays") is True
    expect(page.locator("#side-reply")).to_contain_text("谢谢您的肯定")


_PATH = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}


def test_opened(studio: Studio, page: Page, complaint: Complaint, merchant: Client) -> None:
    """Without an id a complaint that takes rich replies is open, with what was sent, and nothing is said of it."""
    merchant.send(complaint.complaint_id, Message().text("您好"))
    studio.sandbox.complaint(need_immediate_service=False)
    page.goto(f"{studio.url}zh/#conversation")
    expect(page.locator("#facts")).to_contain_text(complaint.complaint_id)
    expect(page.locator("#side-reply")).to_contain_text("签名正确")
    expect(page.locator(".case[aria-current=true]")).to_contain_text("杯子是碎的")
    expect(page.locator("#said p")).to_have_count(0)


def test_refusals(studio: Studio, page: Page, complaint: Complaint, merchant: Client, opened: Opened) -> None:
    """What has expired or was used is off; a tap on a page that does not know yet is refused with a line."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    merchant.send(
        complaint.complaint_id, Message().button("领取补偿", expires=soon).button("满意", multi_clickable=False)
    )
    opened(complaint)
    gift, happy = (page.locator("#talk").get_by_role("button", name=name) for name in ("领取补偿", "满意"))
    page.route("**/conversation/talk*", lambda route: route.abort() if asleep else route.fallback())
    asleep: list[bool] = []
    happy.click()
    expect(page.locator("#talk button[disabled]")).to_have_count(1)
    page.evaluate("document.querySelector('#talk').setAttribute('hx-ignore', '')")
    page.evaluate("document.querySelectorAll('#talk button').forEach((each) => { each.disabled = false; })")
    happy.click()
    expect(page.locator("#said")).to_contain_text("“满意”点不了：仅可点击一次")
    studio.sandbox.advance(timedelta(hours=2))
    expect(page.locator("#talk button[disabled]")).to_have_count(2)
    page.evaluate("document.querySelectorAll('#talk button').forEach((each) => { each.disabled = false; })")
    gift.click()
    expect(page.locator("#said")).to_contain_text("“领取补偿”点不了：已失效")
    assert len(studio.sandbox.history(complaint.complaint_id)) == 3


def test_keyboard(page: Page, complaint: Complaint, merchant: Client, opened: Opened) -> None:
    """The customer writes and taps, and complains again, with nothing but a keyboard."""
    merchant.send(complaint.complaint_id, Message().link("查看订单", "https://shop.example/o/42").button("转人工"))
    opened(complaint)
    page.locator("#say-text").focus()
    page.keyboard.type("还没收到")
    page.keyboard.press("Enter")
    expect(page.locator("#talk .bubble").last).to_have_text("还没收到")
    expect(page.locator("#say-text")).to_have_value("")
    expect(page.locator("#say-text")).to_be_focused()
    page.keyboard.type("还是没收到")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#talk")).to_contain_text("用户继续投诉")
    page.locator("#talk").get_by_role("button", name="转人工").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#talk")).to_contain_text("点击了按钮“转人工”")
    expect(page.locator("#talk").get_by_role("button", name="转人工")).to_be_focused()
    page.locator("#talk").get_by_role("button", name="查看订单").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="会打开这里")).to_contain_text("https://shop.example/o/42")
    page.keyboard.press("Escape")
    expect(page.locator("#leads")).to_be_hidden()
    page.locator("#tab-reply").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-requests")).to_be_focused()
    expect(page.locator("#side-requests")).to_contain_text("富文本回复")


def test_signed(studio: Studio, page: Page, complaint: Complaint, opened: Opened) -> None:
    """A request with a wrong signature appears with its two signed strings, the line that differs, and the cure."""
    opened(complaint)
    page.get_by_role("tab", name="请求").click()
    expect(page.locator("#side-requests")).to_contain_text("还没有关于这张投诉单的请求")
    ask_wrongly(studio.sandbox, f"/v3/merchant-service/complaints-v2/{complaint.complaint_id}")
    beside = page.locator("#side-requests")
    expect(beside.locator("tr.differs")).to_have_count(1)
    expect(beside.locator("tr.differs")).to_contain_text("不同")
    expect(beside).to_contain_text("第一行是小写")


def test_faults(page: Page, complaint: Complaint, merchant: Client, opened: Opened) -> None:
    """A fault that is switched on lets the next call go wrong; it shows beside the conversation, and is over then."""
    opened(complaint)
    page.get_by_role("tab", name="故障").click()
    page.locator("#fault-name").select_option("SYSTEM_ERROR")
    page.locator("#fault-form").get_by_role("button", name="开启故障").click()
    expect(page.locator("#side-faults .on")).to_contain_text("500 SYSTEM_ERROR 系统错误")
    merchant.send(complaint.complaint_id, Message().text("您好"))
    expect(page.locator("#side-faults")).to_contain_text("没有开启故障")
    page.get_by_role("tab", name="请求").click()
    expect(page.locator("#side-requests")).to_contain_text("500 SYSTEM_ERROR")
    page.get_by_role("tab", name="回复").click()
    expect(page.locator("#side-reply")).to_contain_text("第 2 次尝试")


def test_reply(folder: Path, studio: Studio, page: Page, complaint: Complaint, opened: Opened) -> None:
    """A template is chosen, filled, looked at and sent; under a slow answer the page goes on working."""
    (folder / "refund.yaml").write_text(REFUND, "utf-8")
    opened(complaint)
    page.get_by_role("button", name="用模板回复").click()
    page.get_by_role("button", name="refund").click()
    form = page.locator("#fill")
    form.get_by_label("商户订单号").fill("A-1")
    expect(page.locator("#fill-preview")).to_contain_text("订单 A-1 退款 128.00 元")
    form.get_by_label("amount").fill("12.50")
    expect(page.locator("#fill-preview")).to_contain_text("订单 A-1 退款 12.50 元")
    studio.sandbox.fail_next("SLOW", seconds=1.5, endpoint="response-immediate-service")
    form.get_by_role("button", name="发送").click()
    expect(form.locator(".sending")).to_be_visible()
    studio.sandbox.customer(complaint).says("还在吗")
    expect(page.locator("#talk")).to_contain_text("还在吗", timeout=1200)
    expect(page.locator("#reply-dialog")).to_be_hidden()
    expect(page.locator("#talk")).to_contain_text("订单 A-1 退款 12.50 元")
    assert len(studio.sandbox.replies) == 1


def test_unclear(folder: Path, studio: Studio, page: Page, complaint: Complaint, opened: Opened) -> None:
    """Where it may have been sent, it can be sent again with the same id, and arrives once."""
    (folder / "hello.yaml").write_text("blocks:\n  - text: 您好\n", "utf-8")
    studio.sandbox.fail_some(["NOT_JSON"], share=1, seed=1, endpoint="response-immediate-service")
    opened(complaint)
    page.get_by_role("button", name="用模板回复").click()
    page.get_by_role("button", name="hello").click()
    page.locator("#fill").get_by_role("button", name="发送").click()
    expect(page.locator("#sent")).to_contain_text("回复可能已经发出", timeout=40_000)
    studio.sandbox.heal()
    page.get_by_role("button", name="用同一个幂等 ID 重试").click()
    expect(page.locator("#reply-dialog")).to_be_hidden()
    assert len(studio.sandbox.replies) == 1


def test_handed_over(page: Page, complaint: Complaint, opened: Opened) -> None:
    """A message that the composer has handed over is shown, and sent when that is asked for."""
    opened(complaint)
    handed = '{"message": {"blocks": [{"type": "TEXT", "text": {"text": "来自编辑器"}}]}, "from": "hello"}'
    page.evaluate("(handed) => sessionStorage.setItem('msgkit.send', handed)", handed)
    page.evaluate("location.hash = 'conversation?draft=1'")
    expect(page.locator("#fill-preview")).to_contain_text("来自编辑器")
    page.locator("#fill").get_by_role("button", name="发送").click()
    expect(page.locator("#talk")).to_contain_text("来自编辑器")
    assert page.evaluate("sessionStorage.getItem('msgkit.send')") is None


def test_new(page: Page, opened: Opened, complaint: Complaint) -> None:
    """A complaint is made in the form and opens; one that cannot be made says why, and the form stays as it was."""
    opened(complaint)
    page.get_by_role("button", name="新建投诉").click()
    form = page.get_by_role("dialog", name="新建投诉")
    form.get_by_label("投诉内容").fill("重复扣款")
    form.get_by_label("商户订单号").fill("订单")
    form.get_by_role("button", name="新建").click()
    expect(page.locator("#said")).to_contain_text("商户订单号")
    form.get_by_label("商户订单号").fill("A-1")
    form.get_by_role("button", name="新建").click()
    expect(page.locator("#talk")).to_contain_text("重复扣款")
    expect(page.locator("#cases [aria-current]")).to_contain_text("重复扣款")


def test_many(studio: Studio, page: Page, opened: Opened, complaint: Complaint) -> None:
    """Of a thousand complaints the list shows more where it is scrolled to, and finds one by a word."""
    for number in range(1000):
        studio.sandbox.complaint(complaint_detail=f"第 {number} 张")
    opened(complaint)
    cases = page.locator("#cases .case")
    expect(cases).to_have_count(60)
    page.locator("#cases .more").scroll_into_view_if_needed()
    expect(cases).to_have_count(120)
    page.get_by_label("搜索内容、单号或订单号").fill("杯子")
    expect(cases).to_have_count(1)


def test_export(studio: Studio, page: Page, complaint: Complaint, merchant: Client, opened: Opened) -> None:
    """The exported test is shown, can be copied and downloaded, and passes."""
    merchant.send(complaint.complaint_id, Message().button("满意", SendMessage("很满意", action_id="happy")))
    studio.sandbox.customer(complaint).taps("满意")
    opened(complaint)
    page.get_by_role("button", name="导出为 pytest 测试").click()
    dialog = page.get_by_role("dialog", name="这段会话的 pytest 测试")
    dialog.get_by_role("button", name="复制").click()
    code = page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="下载").click()
    path = download.value.path()
    assert path.read_text("utf-8") == code
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(path)]
    named = path.with_name("test_conversation.py")
    named.write_text(code, "utf-8")
    done = subprocess.run([*command[:-1], str(named)], cwd=named.parent, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_calls(studio: Studio, page: Page, complaint: Complaint, merchant: Client) -> None:
    """The log of calls is live, opens to the whole exchange, stays open, and can be searched."""
    page.goto(f"{studio.url}zh/#calls")
    expect(page.locator("#call-list")).to_contain_text("还没有请求")
    merchant.send(complaint.complaint_id, Message().text("您好"))
    first = page.locator("#call-list details").first
    expect(first).to_contain_text("response-immediate-service")
    first.locator("summary").click()
    expect(first).to_contain_text("请求的签名串")
    merchant.complaint(complaint.complaint_id)
    expect(page.locator("#call-list details")).to_have_count(2)
    expect(page.locator("#call-list details[open]")).to_contain_text("请求的签名串")
    page.get_by_label("搜索路径、ID、Request-ID 或错误码").fill("immediate")
    expect(page.locator("#call-list details")).to_have_count(1)
    page.get_by_role("button", name="失败").click()
    expect(page.locator("#call-list")).to_contain_text("没有符合条件的请求")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_accessible(browser: Browser, studio: Studio, complaint: Complaint, merchant: Client, theme: str) -> None:
    """axe-core finds nothing, of any level, in any state of the two places, at two widths."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    group = (Button("满意", SendMessage("很满意")), Button("不满意"))
    message = (
        Message()
        .text("您好")
        .link("查看", "https://shop.example/")
        .faq("多久？")
        .image("m1")
        .button("领取", expires=soon)
    )
    merchant.send(complaint.complaint_id, message.button_group(*group, multi_clickable=False))
    studio.sandbox.customer(complaint).taps("满意")
    studio.sandbox.customer(complaint).says("谢谢")
    ask_wrongly(studio.sandbox, f"/v3/merchant-service/complaints-v2/{complaint.complaint_id}")
    studio.sandbox.fail_next("SLOW", times=2)
    found: dict[str, list[str]] = {}
    for width in (1440, 390):
        with browser.new_context(
            viewport={"width": width, "height": 860}, color_scheme="dark" if theme == "dark" else "light"
        ) as context:
            accessible.bring(context)
            page = context.new_page()
            page.goto(f"{studio.url}zh/#conversation?id={complaint.complaint_id}")
            expect(page.locator("#side-reply .exchange")).to_be_visible()

            def look(name: str, page: Page = page, width: int = width) -> None:
                found[f"{name} {width}"] = accessible.findings(page)

            look("reply")
            for tab, sign in (("请求", "tr.differs"), ("故障", ".on")):
                page.get_by_role("tab", name=tab).click()
                expect(page.locator(sign).first).to_be_visible()
                look(tab)
            for button, dialog in (("新建投诉", "#case-dialog"), ("用模板回复", "#reply-dialog")):
                page.get_by_role("button", name=button).click()
                expect(page.locator(dialog)).to_be_visible()
                page.wait_for_timeout(200)
                look(button)
                page.keyboard.press("Escape")
            page.get_by_role("button", name=re.compile("导出")).click()
            expect(page.locator("#export-code")).to_be_visible()
            look("export")
            page.keyboard.press("Escape")
            page.evaluate("location.hash = 'calls'")
            page.locator("#call-list summary").first.click()
            expect(page.locator("#call-list .exchange")).to_be_visible()
            look("calls")
    assert {name: lines for name, lines in found.items() if lines} == {}
