"""A conversation as a pytest test: it passes as it is, and looks as a person would have written it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from msgkit import Button, JumpMiniProgram, Message, Reply, SendMessage
from msgkit.studio.conversation.export import as_test
from msgkit.studio.site import Site
from tests.studio.hostile import TEXTS
from tests.studio.merchant import Desk, desk_at, site_on


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A studio without a folder."""
    with site_on() as made:
        yield made


@pytest.fixture
def desk(site: Site) -> Desk:
    """A place at it."""
    return desk_at(site)


def _code(desk: Desk) -> str:
    complaint_id = desk.complaint.complaint_id
    replies = [reply for reply in desk.sandbox.replies if reply.complaint_id == complaint_id]
    return as_test(desk.sandbox.complaints[complaint_id], desk.sandbox.history(complaint_id), replies)


def _converse(desk: Desk) -> None:
    """Say and do all that can be in a conversation."""
    client, customer, complaint_id = desk.site.client, desk.customer, desk.complaint.complaint_id
    soon = datetime.now(UTC) + timedelta(hours=1)
    client.send(
        complaint_id,
        Message()
        .text("您的退款申请已受理", bold=True)
        .link("查看订单", "https://shop.example/o/42")
        .faq("退款多久到账？", "怎么修改收货地址？")
        .button("领取补偿", expires=soon, multi_clickable=False)
        .button_group(
            Button("满意", SendMessage("很满意", action_id="happy")),
            Button("售后服务", JumpMiniProgram("wx8888888888888888", "pages/after?id=42")),
            multi_clickable=False,
        )
        .sent_by("MACHINE"),
    )
    for what in ("满意", "领取补偿", "查看订单", "怎么修改收货地址？"):
        customer.taps(what)
    log_id = client.send(complaint_id, Message().button("满意").button("满意")).log_id
    assert log_id is not None
    customer.tap_at(log_id, "/blocks/1/button")
    customer.continues_complaint("还是没到" * 30)
    reply = Reply("请看", ("m1",)).link("查看", "https://shop.example/")
    client.send(complaint_id, reply.mini_program("wx1", "pages/index?a=" + "b" * 90, "打开小程序"))
    client.approve_refund(complaint_id, remark="同意" * 50)
    client.complete(complaint_id)
    desk.sandbox.entry(complaint_id, "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE")


class TestWhole:
    """A conversation with all there is."""

    def test_reads(self, desk: Desk) -> None:
        """The complaint, the replies, the taps and all that was said are in it, and buttons that expire still work."""
        _converse(desk)
        code = _code(desk)
        for said in (
            "apply_refund_amount=12850",
            'complaint_detail="杯子是碎的"',
            'customer.taps("满意")',
            'customer.tap_at(receipt_2.log_id, "/blocks/1/button")',
            '"action_id": "happy"',
            "2100",
            "wechatpay_client.complete(complaint.complaint_id)",
        ):
            assert said in code
        ast.parse(code)

    @pytest.mark.slow
    def test_runs(self, desk: Desk, tmp_path: Path) -> None:
        """It passes with pytest as it is, type checkers find nothing in it, and ``ruff format`` leaves it as it is."""
        _converse(desk)
        for text in TEXTS[:20]:
            desk.customer.says(text[:300])
        file = tmp_path / "test_conversation.py"
        file.write_text(_code(desk), "utf-8")
        for command in (
            ["pytest", "-q", "-W", "error", "-p", "no:cacheprovider", str(file)],
            ["ruff", "format", "--isolated", "--no-cache", "--check", str(file)],
            ["ruff", "check", "--isolated", "--no-cache", "--select", "E4,E7,E9,F,I", str(file)],
            ["mypy", "--strict", "--cache-dir", str(tmp_path / "mypy"), str(file)],
        ):
            done = subprocess.run(
                [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr


def test_little(desk: Desk) -> None:
    """A complaint without anything is a test with nothing but the complaint."""
    code = _code(desk)
    assert "customer" not in code.replace("The customer complains", "")
    ast.parse(code)


@pytest.mark.parametrize("text", TEXTS[::5])
def test_hostile(desk: Desk, text: str) -> None:
    """A hostile text is a literal in it, whoever said it: the module has the statements of one with a tame text."""

    def shape(said: str) -> list[str]:
        here = desk_at(desk.site)
        here.customer.says(said)
        here.sandbox.entry(here.complaint.complaint_id, f"X{said}", details=said)
        return [type(node).__name__ for node in ast.walk(ast.parse(_code(here)))]

    assert shape(text[:300]) == shape("退款")


def test_page(desk: Desk) -> None:
    """The page shows it."""
    assert "def test_conversation(" in desk.get("/conversation/export")
