"""Tests of ``msgkit complaints``: lists, one complaint, and a history, as a person and as a program reads them."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from msgkit import Message, SendMessage
from msgkit._cli import _complaints_words as words
from msgkit._language import Words
from msgkit.complaints import (
    ComplaintState,
    MediaType,
    OperateType,
    ProblemType,
    ServiceOrderState,
    UserTag,
)
from msgkit.sandbox import Sandbox
from tests import network
from tests._cli.command import ROOT, Done, invoke, read, settings_for
from tests.network import IMMEDIATE, ORDINARY, Server

BEIJING = timezone(timedelta(hours=8))
PHONE = "13912345678"
STEERING = "第一行\x1b[2J\x9b31m\r\n第二行\u202e"


@pytest.fixture
def now() -> datetime:
    """Return the time of the test."""
    return datetime.now(UTC)


def complaints(sandbox: Sandbox, *arguments: str, **environ: str) -> Done:
    """Run the command as the merchant whom the sandbox knows."""
    return invoke("complaints", *arguments, **sandbox.credentials.environ, **environ)


def ago(now: datetime, **much: float) -> datetime:
    """Return a time before the test, a little later so that what is left does not change while it runs."""
    return now - timedelta(**much) + timedelta(seconds=40)


def unprintable(text: str) -> list[str]:
    """Return what in a text could steer a terminal."""
    return [char for char in text.replace("\n", "") if not char.isprintable()]


class TestList:
    """``msgkit complaints list``."""

    def test_a_table(self, sandbox: Sandbox, now: datetime) -> None:
        """Each complaint is a line: time in Beijing, id, state, amount, service, time left, and what was written."""
        made = sandbox.complaint(
            complaint_time=ago(now, hours=2), apply_refund_amount=12805, complaint_detail="收到的商品坏了"
        )
        done = complaints(sandbox, "list", "--lang", "zh")
        assert (done.code, len(done.lines)) == (0, 4)
        head, line = done.lines[0], next(line for line in done.lines if made.complaint_id in line)
        assert head.split() == ["投诉时间", "投诉单号", "状态", "金额（元）", "即时服务", "时限", "投诉内容"]
        when = made.complaint_time.astimezone(BEIJING).strftime("%m-%d %H:%M")
        assert line.split("  ")[:3] == [when, made.complaint_id, "待处理"]
        assert [cell.strip() for cell in re.split(r" {2,}", line)[3:]] == [
            "128.05",
            "是",
            "回复：还剩 22 小时 0 分",
            "收到的商品坏了",
        ]
        assert done.err.startswith("3 张投诉单，")

    def test_english(self, sandbox: Sandbox) -> None:
        """In English too."""
        done = complaints(sandbox, "list")
        assert done.lines[0].split() == ["Time", "Complaint", "State", "Yuan", "Immediate", "Due", "Detail"]
        assert [word in done.out for word in ("pending", "yes", "no", "reply: 23 h")] == [True] * 4
        assert done.err.startswith("complaints: 2, ")

    def test_in_columns(self, sandbox: Sandbox, now: datetime) -> None:
        """What stands in a column begins at the same one, however wide the characters are."""
        for detail in ("中文", "ascii"):
            sandbox.complaint(complaint_state="PROCESSING", complaint_detail=detail, complaint_time=now)
        done = complaints(sandbox, "list", "--lang", "zh")

        def columns(text: str) -> int:
            return sum(1 if char.isascii() else 2 for char in text)

        starts = {
            columns(line[: line.index(ident)]) for ident in sandbox.complaints for line in done.lines if ident in line
        }
        assert starts == {13}
        last = [re.split(r" {2,}", line)[-1] for line in done.lines]
        assert len({columns(line.removesuffix(detail)) for line, detail in zip(done.lines, last, strict=True)}) == 1

    def test_no_phone_number(self, sandbox: Sandbox) -> None:
        """Phone numbers are in no list."""
        sandbox.complaint(payer_phone=PHONE)
        for more in ((), ("--json",), ("--due",)):
            assert PHONE not in complaints(sandbox, "list", *more).out

    def test_amounts(self, sandbox: Sandbox) -> None:
        """Without a refund that was asked for, it is what was paid; and nothing where neither is known."""
        orders = [{"transaction_id": "1", "out_trade_no": "1", "amount": amount} for amount in (100, 5)]
        paid = sandbox.complaint(apply_refund_amount=None, complaint_order_info=orders).complaint_id
        unknown = sandbox.complaint(apply_refund_amount=None, complaint_order_info=None).complaint_id
        lines = complaints(sandbox, "list").lines
        assert " 1.05 " in next(line for line in lines if paid in line)
        assert " – " in next(line for line in lines if unknown in line)

    def test_none(self, sandbox: Sandbox) -> None:
        """Where there is none, nothing but that is said."""
        done = complaints(sandbox, "list", "--from", "2020-01-01", "--to", "2020-01-02", "--lang", "zh")
        assert (done.code, done.out, done.err) == (0, "", "0 张投诉单，2020-01-01 至 2020-01-02\n")

    def test_the_last_30_days(self, sandbox: Sandbox) -> None:
        """By default it asks for the last 30 days of Beijing, today among them."""
        today = datetime.now(BEIJING).date()
        assert complaints(sandbox, "list").err.endswith(f", {today - timedelta(days=29)} to {today}\n")
        assert complaints(sandbox, "list", "--from", f"{today}").err.endswith(f", {today} to {today}\n")

    @pytest.mark.parametrize(
        ("arguments", "begin", "end"),
        [
            (("--from", "2025-01-01", "--to", "2025-01-09"), "2025-01-01", "2025-01-09"),
            (("--to", "2025-01-30"), "2025-01-01", "2025-01-30"),
        ],
    )
    def test_days(self, arguments: tuple[str, ...], begin: str, end: str) -> None:
        """The first and the last day can be said, or the last alone."""
        with Server(network.signed(200, b'{"data":[],"total_count":0}')) as server:
            invoke("complaints", "list", *arguments, **settings_for(server))
        assert f"begin_date={begin}&end_date={end}" in server.received[0].target

    def test_wrong_days(self, sandbox: Sandbox) -> None:
        """Days that are none, or in the wrong order, are told."""
        done = complaints(sandbox, "list", "--from", "2025-02-01", "--to", "2025-01-01", "--lang", "zh")
        assert (done.code, len(done.err.splitlines()), sandbox.calls) == (2, 1, ())
        assert done.err == "错误：--from 晚于 --to\n"
        assert complaints(sandbox, "list", "--from", "yesterday").code == 2

    def test_a_merchant(self, sandbox: Sandbox) -> None:
        """Those about one merchant can be asked for."""
        about = sandbox.complaint(complainted_mchid="1900013511").complaint_id
        done = complaints(sandbox, "list", "--mchid", "1900013511")
        assert [line.split("  ")[1] for line in done.lines[1:]] == [about]

    def test_a_limit(self, sandbox: Sandbox) -> None:
        """At most so many are shown, and that there are more is said."""
        done = complaints(sandbox, "list", "--limit", "1", "--lang", "zh")
        assert (len(done.lines), done.err.splitlines()[1]) == (2, "还有更多，可调大 --limit")
        assert len(complaints(sandbox, "list", "--limit", "2").err.splitlines()) == 1

    def test_json(self, sandbox: Sandbox) -> None:
        """As JSON each is an object in a line of its own, as the platform sent it."""
        done = complaints(sandbox, "list", "--json")
        found = [json.loads(line) for line in done.lines]
        assert (done.code, done.err, {each["complaint_id"] for each in found}) == (0, "", {IMMEDIATE, ORDINARY})
        assert found[0]["complaint_detail"] == "收到的商品与描述不符，申请退款"
        assert len(complaints(sandbox, "list", "--json", "--limit", "1").lines) == 1

    def test_control_characters(self, sandbox: Sandbox) -> None:
        """What a customer wrote stays in its line, and steers no terminal."""
        sandbox.complaint(complaint_detail=STEERING)
        done = complaints(sandbox, "list")
        assert (unprintable(done.out), len(done.lines)) == ([], 4)
        assert unprintable(complaints(sandbox, "list", "--json").out) == []


class TestDue:
    """``--due``: what must be answered first."""

    def test_the_most_urgent_first(self, sandbox: Sandbox, now: datetime) -> None:
        """By the deadline of what is next, the overdue first; what is processed is not there."""
        made = {
            "overdue": sandbox.complaint(complaint_time=ago(now, hours=25)),
            "handle soon": sandbox.complaint(
                complaint_time=ago(now, hours=70, minutes=30), complaint_state="PROCESSING"
            ),
            "reply soon": sandbox.complaint(complaint_time=ago(now, hours=22)),
            "handle later": sandbox.complaint(complaint_time=ago(now, hours=40), complaint_state="PROCESSING"),
        }
        sandbox.complaint(complaint_time=ago(now, hours=80), complaint_state="PROCESSED")
        done = complaints(sandbox, "list", "--due", "--lang", "zh")
        names = {complaint.complaint_id: name for name, complaint in made.items()}
        ids = [line.split("  ")[1] for line in done.lines[1:]]
        assert [names[each] for each in ids if each in names] == [
            "overdue",
            "handle soon",
            "reply soon",
            "handle later",
        ]
        assert {*ids} == {*names, IMMEDIATE, ORDINARY}
        assert "回复：超时 59 分钟" in done.lines[1]
        assert "处理：还剩 1 小时 30 分" in done.lines[2]
        assert done.err.startswith("6 张待处理，")
        english = complaints(sandbox, "list", "--due").out
        assert "reply: overdue by 59 min" in english
        assert "handle: 1 d 8 h left" in english

    def test_json(self, sandbox: Sandbox, now: datetime) -> None:
        """As JSON in the same order, and at most so many."""
        urgent = sandbox.complaint(complaint_time=ago(now, hours=23)).complaint_id
        done = complaints(sandbox, "list", "--due", "--json", "--limit", "1")
        assert [json.loads(line)["complaint_id"] for line in done.lines] == [urgent]


class TestShow:
    """``msgkit complaints show``."""

    def test_everything(self, sandbox: Sandbox, now: datetime) -> None:
        """All that is known of a complaint is a line, in Chinese."""
        made = sandbox.complaint(
            complaint_time=ago(now, hours=25),
            complaint_detail="坏了\n要求退款",
            need_immediate_service=False,
            in_platform_service=True,
            is_agent_mode=True,
            incoming_user_response=True,
            user_complaint_times=3,
            user_tag_list=["TRUSTED"],
            complaint_full_refunded=True,
            complaint_order_info=[{"transaction_id": "4200", "out_trade_no": "T42", "amount": 5}],
            service_order_info=[{"order_id": "1564", "out_order_no": "S42", "state": "DOING"}],
            complaint_media_list=[{"media_type": "USER_COMPLAINT_IMAGE", "media_url": ["https://a.example/%2B"]}],
            additional_info={
                "type": "SHARE_POWER_TYPE",
                "share_power_info": {
                    "return_time": "2026-11-24T10:00:00+08:00",
                    "return_address_info": {"return_address": "深圳", "longitude": "1", "latitude": "2"},
                    "is_returned_to_same_machine": True,
                },
            },
        )
        done = complaints(sandbox, "show", made.complaint_id, "--lang", "zh")
        assert (done.code, done.err, done.lines[0]) == (0, "", made.complaint_id)
        due = (made.complaint_time + timedelta(hours=24)).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")
        rows = [re.split(r" {2,}", line.strip(), maxsplit=1) for line in done.lines[1:]]
        assert [row for row in rows if row[0] not in {"投诉时间", "处理完成"}] == [
            ["状态", "待处理"],
            ["首次回复", f"{due} · 超时 59 分钟"],
            ["服务", "只能发普通回复 · 平台客服已介入 · 智能体处理中"],
            ["被投诉商户号", network.MCHID],
            ["问题", "商品与描述不符 · 申请退款"],
            ["投诉内容", "坏了"],
            ["要求退款"],
            ["申请退款", "10.00 元"],
            ["已全额退款", "是"],
            ["订单", "4200，商户单号 T42，0.05 元"],
            ["服务订单", "1564，商户单号 S42，服务进行中"],
            ["图片", "投诉时上传"],
            ["https://a.example/%2B"],
            ["用户", "投诉 3 次 · 有未回复的留言 · 可信用户"],
            ["OpenID", made.payer_openid],
            ["充电宝归还", "2026-11-24 10:00 · 深圳"],
        ]

    def test_what_may_be_missing(self, sandbox: Sandbox) -> None:
        """What the platform does not send has no line; a complaint that is processed has no deadline."""
        made = sandbox.complaint(
            complaint_state="PROCESSED",
            payer_phone=None,
            payer_openid=None,
            complaint_order_info=None,
            problem_type=None,
            apply_refund_amount=None,
            in_platform_service=None,
            is_agent_mode=None,
        )
        done = complaints(sandbox, "show", made.complaint_id)
        titles = [re.split(r" {2,}", line.strip())[0] for line in done.lines[1:]]
        assert titles == ["State", "Made", "Service", "Merchant", "Problem", "Detail", "Customer"]

    def test_the_phone(self, sandbox: Sandbox) -> None:
        """The phone number is shown to whoever asks for it, decrypted, and to nobody else."""
        ident = sandbox.complaint(payer_phone=PHONE).complaint_id
        for more in ((), ("--json",)):
            assert PHONE not in complaints(sandbox, "show", ident, *more).out
            assert PHONE in complaints(sandbox, "show", ident, "--phone", *more).out
        none = sandbox.complaint(payer_phone=None).complaint_id
        assert complaints(sandbox, "show", none, "--phone").lines[-1].split() == ["Phone", "none"]

    def test_a_phone_for_another_key(self, sandbox: Sandbox) -> None:
        """Where it is not encrypted for this key, that is said, and the rest shown."""
        body = json.dumps(sandbox.complaints[IMMEDIATE].document(lambda _: "AAAA", detail=True)).encode()
        with Server(network.signed(200, body)) as server:
            done = invoke("complaints", "show", IMMEDIATE, "--phone", "--lang", "zh", **settings_for(server))
        assert (done.code, done.lines[-1]) == (0, "  联系电话      用这个商户私钥解不开")

    def test_new_words(self, sandbox: Sandbox) -> None:
        """A word of the platform that is new is shown as it is."""
        document = sandbox.complaints[IMMEDIATE].document(lambda _: "AAAA", detail=True)
        document |= {"complaint_state": "FROZEN", "problem_type": "NEW\x1b[2J", "user_tag_list": ["VIP"]}
        with Server(network.signed(200, json.dumps(document).encode())) as server:
            done = invoke("complaints", "show", IMMEDIATE, **settings_for(server))
        assert done.lines[1].split() == ["State", "FROZEN"]
        assert "VIP" in done.out
        assert unprintable(done.out) == []

    def test_json(self, sandbox: Sandbox) -> None:
        """As JSON it is one object in a line, as the platform sent it."""
        done = complaints(sandbox, "show", IMMEDIATE, "--json")
        (line,) = done.lines
        assert json.loads(line)["complaint_id"] == IMMEDIATE

    def test_no_such_complaint(self, sandbox: Sandbox) -> None:
        """One that is not there is one line, after which it ends with 1."""
        done = complaints(sandbox, "show", "1")
        assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
        assert done.err.startswith("Error: 404 RESOURCE_NOT_EXISTS")

    def test_a_wrong_id(self, sandbox: Sandbox) -> None:
        """An id that cannot be one is told in the language that was asked for."""
        assert complaints(sandbox, "show", "..", "--lang", "zh").err.startswith("错误：投诉单号：")

    def test_control_characters(self, sandbox: Sandbox) -> None:
        """What a customer wrote keeps its lines, and steers no terminal."""
        ident = sandbox.complaint(complaint_detail=STEERING, problem_description="a\nb\x1b[2J").complaint_id
        done = complaints(sandbox, "show", ident)
        assert unprintable(done.out) == []
        assert [line.strip()[:3] for line in done.lines if "第二行" in line] == ["第二行"]


class TestHistory:
    """``msgkit complaints history``."""

    @pytest.fixture
    def talked(self, sandbox: Sandbox) -> str:
        """Return a complaint about which there was some talk."""
        made = datetime(2026, 11, 20, 10, 0, tzinfo=BEIJING)
        ident = sandbox.complaint(complaint_time=made, complaint_detail="坏了").complaint_id
        message = Message().text("您好").button("转人工", SendMessage("转人工", action_id="agent")).sent_by("MACHINE")
        sandbox.entry(
            ident, "MERCHANT_RESPONSE", normal_message=message.to_dict(), operate_time=made + timedelta(minutes=5)
        )
        sandbox.entry(
            ident,
            "USER_CLICK_RESPONSE",
            click_message={"message_content": "转人工", "action_id": "agent", "clicked_log_id": "1"},
            details="转人工",
            operate_time=made + timedelta(minutes=6),
        )
        sandbox.entry(
            ident,
            "USER_APPLY_PLATFORM_SERVICE",
            user_appy_platform_service_reason="商户未处理",
            user_appy_platform_service_reason_description="三天没有回复",
            operate_time=made + timedelta(minutes=7),
        )
        sandbox.entry(
            ident,
            "MERCHANT_RESPONSE",
            details="请看图\n谢谢",
            image_list=["https://a.example/1.png"],
            operate_time=made + timedelta(minutes=8),
            operator="客服小王",
        )
        return ident

    def test_a_conversation(self, sandbox: Sandbox, talked: str) -> None:
        """The oldest comes first: when, who did what, what was said, how a message looked, what a tap sent."""
        done = complaints(sandbox, "history", talked, "--lang", "zh")
        assert (done.code, done.err) == (0, "")
        assert done.lines == [
            "2026-11-20 10:00  用户提交投诉 · 投诉人",
            "    坏了",
            "",
            "2026-11-20 10:05  商户回复 · 商家",
            "    商家 · 自动回复",
            "    │ 您好",
            "    │ [ 转人工 ]  → 发送“转人工”",
            "",
            "2026-11-20 10:06  用户点击 · 投诉人",
            "    “转人工”（action_id：agent）",
            "",
            "2026-11-20 10:07  用户申请平台客服介入 · 投诉人",
            "    原因：商户未处理",
            "    原因：三天没有回复",
            "",
            "2026-11-20 10:08  商户回复 · 客服小王",
            "    请看图",
            "    谢谢",
            "    [图片] https://a.example/1.png",
        ]

    def test_english(self, sandbox: Sandbox, talked: str) -> None:
        """In English too."""
        lines = complaints(sandbox, "history", talked).lines
        assert lines[0] == "2026-11-20 10:00  customer complained · 投诉人"
        assert "    “转人工” (action_id agent)" in lines

    def test_in_one_second(self, sandbox: Sandbox, now: datetime) -> None:
        """What happened in one second stands in the order in which it did."""
        for details in "abc":
            sandbox.entry(IMMEDIATE, "USER_RESPONSE", details=details, operate_time=now)
        lines = complaints(sandbox, "history", IMMEDIATE).lines
        assert [line.strip() for line in lines if len(line) == 5] == ["a", "b", "c"]

    def test_pictures(self, sandbox: Sandbox) -> None:
        """Pictures of the customer are named as well."""
        media = {"media_type": "USER_COMPLAINT_IMAGE", "media_url": ["https://a.example/2"]}
        sandbox.entry(IMMEDIATE, "USER_RESPONSE", complaint_media_list=media)
        assert "    [Picture] https://a.example/2" in complaints(sandbox, "history", IMMEDIATE).lines

    def test_new_words(self, sandbox: Sandbox) -> None:
        """What is done in a way that is new is shown by the platform's word."""
        sandbox.entry(IMMEDIATE, "USER_DANCED", details="x")
        assert "USER_DANCED" in complaints(sandbox, "history", IMMEDIATE, "--lang", "zh").out

    def test_nothing(self) -> None:
        """Where nothing happened yet, that is said."""
        with Server(network.signed(200, b'{"data":[],"total_count":0}')) as server:
            done = invoke("complaints", "history", "1", "--lang", "zh", **settings_for(server))
        assert (done.code, done.out) == (0, "还没有协商记录\n")

    def test_json(self, sandbox: Sandbox, talked: str) -> None:
        """As JSON each entry is an object in a line, in the platform's order."""
        done = complaints(sandbox, "history", talked, "--json")
        found = [json.loads(line) for line in done.lines]
        assert (len(found), found[-1]["operate_type"]) == (5, "USER_CREATE_COMPLAINT")

    def test_control_characters(self, sandbox: Sandbox) -> None:
        """What anybody wrote steers no terminal."""
        sandbox.entry(
            IMMEDIATE,
            "USER_CLICK_RESPONSE",
            details=STEERING,
            operator="a\x1b[2J",
            click_message={"message_content": STEERING, "action_id": "x\x1b]0;y\x07", "clicked_log_id": "1"},
            image_list=["https://a.example/\x9b2J"],
        )
        done = complaints(sandbox, "history", IMMEDIATE)
        assert (done.code, unprintable(done.out)) == (0, [])
        assert unprintable(complaints(sandbox, "history", IMMEDIATE, "--json").out) == []


class TestWords:
    """The words for what the platform says."""

    @pytest.mark.parametrize(
        ("enum", "names"),
        [
            (OperateType, words.OPERATIONS),
            (ComplaintState, words.STATES),
            (ProblemType, words.PROBLEMS),
            (UserTag, words.TAGS),
            (ServiceOrderState, words.SERVICE_ORDERS),
            (MediaType, words.MEDIA),
        ],
    )
    def test_all(self, enum: type, names: dict[str, Words]) -> None:
        """Each word that is documented has one in both languages."""
        assert {*names} == {*enum.__members__.values()}  # type: ignore[attr-defined]
        assert [name for name, said in names.items() if not (said.en and said.zh)] == []


class TestTerminal:
    """What a person at a terminal sees."""

    def shown(self, sandbox: Sandbox, columns: int, *arguments: str, **environ: str) -> str:
        """Return what the command prints to a terminal of a width."""
        ours, theirs = pty.openpty()
        kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "MSGKIT_LANG"}}
        env = {**kept, **sandbox.credentials.environ, "PYTHONPATH": str(ROOT), "COLUMNS": str(columns), **environ}
        command = [sys.executable, "-W", "error", "-m", "msgkit", "complaints", *arguments]
        with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=env) as process:
            os.close(theirs)
            shown = b""
            while chunk := read(ours):
                shown += chunk
        os.close(ours)
        assert process.returncode == 0
        return shown.decode().replace("\r\n", "\n")

    def test_narrow(self, sandbox: Sandbox, now: datetime) -> None:
        """In 80 columns a complaint takes two lines, none of which is wider."""
        sandbox.complaint(complaint_time=ago(now, hours=25), complaint_detail="收" * 300)
        for lang in ("en", "zh"):
            shown = self.shown(sandbox, 80, "list", "--lang", lang, NO_COLOR="1")
            lines = shown.splitlines()
            assert (len(lines), "\x1b" in shown) == (6, False)
            assert max(sum(1 if char.isascii() else 2 for char in line) for line in lines) <= 80

    def test_wide(self, sandbox: Sandbox) -> None:
        """In a wide one it is a table."""
        assert len(self.shown(sandbox, 160, "list").splitlines()) == 3

    @pytest.mark.parametrize("columns", [80, 160])
    @pytest.mark.slow
    def test_overdue_is_red(self, sandbox: Sandbox, now: datetime, columns: int) -> None:
        """What is overdue is red, unless NO_COLOR is set."""
        ident = sandbox.complaint(complaint_time=ago(now, hours=25)).complaint_id
        for arguments in (("list",), ("show", ident)):
            assert re.search("\x1b\\[(1;)?31m.*overdue by 59 min", self.shown(sandbox, columns, *arguments))
            assert "\x1b" not in self.shown(sandbox, columns, *arguments, NO_COLOR="1")

    def test_a_message(self, sandbox: Sandbox) -> None:
        """A message of a history has its styles."""
        sandbox.entry(IMMEDIATE, "MERCHANT_RESPONSE", normal_message=Message().text("您好", bold=True).to_dict())
        assert "\x1b[1m您好\x1b[0m" in self.shown(sandbox, 80, "history", IMMEDIATE)

    @pytest.mark.parametrize("arguments", [("list",), ("show", IMMEDIATE), ("history", IMMEDIATE)], ids=" ".join)
    def test_gbk(self, sandbox: Sandbox, arguments: tuple[str, ...]) -> None:
        """On a terminal in GBK nothing of ours is escaped, and what it has no character for is."""
        sandbox.entry(IMMEDIATE, "USER_RESPONSE", details="⟨42⟩")
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "msgkit", "complaints", *arguments, "--lang", "zh"],
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, **sandbox.credentials.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk"},
        )
        assert done.returncode == 0
        shown = done.stdout.decode("gbk")
        assert "收到的商品与描述不符" in shown
        assert ("\\u" in shown) is (arguments[0] == "history")


class TestTrouble:
    """What goes wrong."""

    @pytest.mark.parametrize("arguments", [("list",), ("show", IMMEDIATE), ("history", IMMEDIATE)], ids=" ".join)
    def test_no_settings(self, arguments: tuple[str, ...]) -> None:
        """Without settings each names those that are missing, in one line."""
        done = invoke("complaints", *arguments)
        assert (done.code, len(done.err.splitlines())) == (1, 1)
        assert done.err.startswith("Error: not set in the environment: WECHATPAY_MCHID, ")
        chinese = invoke("complaints", *arguments, "--lang", "zh").err
        assert chinese.startswith("错误：缺少环境变量 WECHATPAY_MCHID, ")
        assert chinese.endswith("；可用 msgkit doctor 检查\n")

    def test_from_a_file(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """Settings may come from a file."""
        sandbox.credentials.write(tmp_path)
        assert invoke("complaints", "list", "--env-file", tmp_path / "env.sh").code == 0

    def test_refused(self, sandbox: Sandbox) -> None:
        """A refusal is one line that holds no signature."""
        sandbox.fail_next("SIGN_ERROR")
        done = complaints(sandbox, "list")
        assert (done.code, len(done.err.splitlines()), "signature=" in done.err) == (1, 1, False)
        assert done.err.endswith("; msgkit doctor says more\n")

    @pytest.mark.parametrize("command", ["list", "show", "history"])
    def test_help(self, command: str) -> None:
        """Help has an example."""
        assert f"msgkit complaints {command} " in invoke("complaints", command, "--help").out

    def test_help_of_all(self) -> None:
        """Help of them all says what the exit codes mean."""
        assert "1  a setting is missing or wrong, the platform refused" in invoke("complaints", "--help").out


class TestRetries:
    """What the library does by itself."""

    @pytest.mark.slow
    def test_unsaid(self, sandbox: Sandbox) -> None:
        """A call that is tried again leaves no line of a library's on the terminal."""
        sandbox.fail_next("SYSTEM_ERROR")
        done = subprocess.run(
            [sys.executable, "-m", "msgkit", "complaints", "show", IMMEDIATE],
            env={**os.environ, **sandbox.credentials.environ},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert IMMEDIATE in done.stdout
