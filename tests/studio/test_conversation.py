"""Conversations, as the page asks for them: the list and its clocks, what the customer sees and does, and faults."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import attrs
import pytest

from msgkit import Button, Message, Reply, SendMessage
from msgkit.studio.conversation import clocks
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.site import Site
from tests.studio.hostile import TEXTS, everywhere
from tests.studio.merchant import Desk, desk_at, site_on

REFUND = """\
description: 退款已受理
variables:
  order_no:
    description: 商户订单号
    example: "4200001"
  amount:
    type: money
    example: "128.00"
    unit: yuan
  note:
    required: false
    example: 赠品不用寄回
blocks:
  - text: 订单 ${order_no} 退款 ${amount} 元
  - when: note
    text: ${note}
  - button: 转人工
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A studio on a folder with one template, one plain reply, and a file that is broken."""
    folder = tmp_path_factory.mktemp("replies")
    (folder / "refund").mkdir()
    (folder / "refund" / "accepted.yaml").write_text(REFUND, "utf-8")
    (folder / "plain.json").write_text('{"response_content": "已为您催单"}', "utf-8")
    (folder / "broken.yaml").write_text("blocks:\n  - txt: 您好\n", "utf-8")
    with site_on(folder) as made:
        yield made


@pytest.fixture
def desk(site: Site) -> Desk:
    """A place at it."""
    return desk_at(site)


def _send(desk: Desk, message: Message) -> str:
    """Send a rich reply as the merchant does, and return its ``log_id``."""
    log_id = desk.site.client.send(desk.complaint.complaint_id, message).log_id
    assert log_id is not None
    return log_id


class TestClocks:
    """How long a complaint may still wait."""

    @pytest.mark.parametrize(
        ("state", "age", "said", "kind"),
        [
            ("PENDING", timedelta(hours=21), "首次回复剩 3 小时", "warn"),
            ("PENDING", timedelta(0), "首次回复剩 24 小时", "calm"),
            ("PENDING", timedelta(hours=23, minutes=31), "首次回复剩 29 分钟", "warn"),
            ("PENDING", timedelta(hours=26), "首次回复超时 2 小时", "bad"),
            ("PROCESSING", timedelta(hours=31), "处理剩 41 小时", "calm"),
            ("PROCESSING", timedelta(days=10), "处理超时 7 天", "bad"),
        ],
    )
    def test_said(self, desk: Desk, state: str, age: timedelta, said: str, kind: str) -> None:
        """It is counted from the complaint on: a day for the first reply, three for all, in words and in a colour."""
        now = datetime.now(UTC)
        complaint = desk.sandbox.complaint(complaint_state=state, complaint_time=now - age)  # type: ignore[arg-type]
        due = clocks.due(complaint, now)
        assert due is not None
        assert (due.text("zh"), due.kind) == (said, kind)

    def test_handled(self, desk: Desk) -> None:
        """A complaint that is handled waits for nothing."""
        assert clocks.due(desk.sandbox.complaint(complaint_state="PROCESSED"), datetime.now(UTC)) is None

    def test_moved(self, desk: Desk) -> None:
        """They go by the sandbox's clock, which can be moved."""
        assert "首次回复剩 24 小时" in desk.get("/conversation/talk")
        desk.post("/conversation/advance", hours="24")
        assert "首次回复超时" in desk.get("/conversation/talk")


class TestCases:
    """The list of complaints."""

    def test_newest_first(self, desk: Desk) -> None:
        """The newest complaint stands first, with what it is about, its amount, and the one that is open is marked."""
        shown = desk.get("/conversation/cases")
        ids = re.findall(r'id="case-([0-9]+)"', shown)
        assert ids[0] == desk.complaint.complaint_id
        assert len(ids) == 3
        assert "杯子是碎的" in shown
        assert "¥128.50" in shown
        assert shown.count('aria-current="true"') == 1

    @pytest.mark.parametrize(
        ("asked", "number"),
        [
            ({"search": "杯子"}, 1),
            ({"search": "杯子 没有"}, 0),
            ({"search": "6610000"}, 1),
            ({"state": "PENDING"}, 3),
            ({"state": "PROCESSED"}, 0),
            ({"state": "nonsense"}, 3),
            ({"immediate": "1"}, 2),
        ],
    )
    def test_filter(self, desk: Desk, asked: dict[str, str], number: int) -> None:
        """It can be searched, and shows one state or those in need of immediate service alone."""
        assert desk.get("/conversation/cases", **asked).count('class="case"') == number

    def test_many(self, desk: Desk) -> None:
        """Of very many the first sixty are shown, and more where more are asked for."""
        for _ in range(100):
            desk.sandbox.complaint()
        assert desk.get("/conversation/cases").count('class="case"') == 60
        assert "还有 43 张" in desk.get("/conversation/cases", shown="60")
        assert desk.get("/conversation/cases", shown="120").count('class="case"') == 103
        assert desk.get("/conversation/cases", shown="-1").count('class="case"') == 60

    def test_new(self, desk: Desk) -> None:
        """A new complaint is as the form says, and the page goes to it."""
        form = {"detail": "重复扣款", "amount": "9.9", "phone": "13800138000", "problem": "REFUND", "order": "A-1"}
        desk.post("/conversation/cases", **form)
        made = list(desk.sandbox.complaints.values())[-1]
        assert (made.complaint_detail, made.apply_refund_amount, made.problem_type) == ("重复扣款", 990, "REFUND")
        assert made.complaint_order_info == ({"out_trade_no": "A-1", "amount": 990},)
        assert not made.need_immediate_service

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("detail", ""),
            ("detail", "长" * 301),
            ("detail", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16")),
            ("amount", "-1"),
            ("amount", "1e9"),
            ("amount", "１２"),
            ("phone", "<script>"),
            ("problem", "OTHER"),
            ("order", "订单"),
            ("order", "9" * 65),
        ],
    )
    def test_wrong(self, desk: Desk, field: str, given: str) -> None:
        """What no complaint can be is refused with a sentence, and nothing is made."""
        form = {"detail": "重复扣款", "amount": "9.9", "phone": "", "problem": "OTHERS", "order": "", field: given}
        before = len(desk.sandbox.complaints)
        assert re.search("[\u4e00-\u9fff]", desk.refused("/conversation/cases", **form))
        assert len(desk.sandbox.complaints) == before


class TestTalk:
    """What the customer sees."""

    def test_order(self, desk: Desk) -> None:
        """All is there in order: the complaint, a reply, a tap, what the customer wrote, what the merchant reported."""
        _send(desk, Message().text("您好").button_group(Button("满意", SendMessage("很满意", action_id="happy"))))
        desk.customer.taps("满意")
        desk.customer.says("谢谢")
        desk.site.client.send(desk.complaint.complaint_id, Reply("再见").link("查看", "https://shop.example/"))
        desk.site.client.complete(desk.complaint.complaint_id)
        shown = desk.get("/conversation/talk")
        said = ["用户发起投诉", "杯子是碎的", "您好", "很满意", "点击了按钮“满意” · action_id: happy", "谢谢", "再见"]
        places = [shown.index(each) for each in [*said, "商家反馈处理完成"]]
        assert places == sorted(places)
        assert 'data-pointer="/jump_url"' in shown

    def test_no_reply(self, desk: Desk) -> None:
        """Where there is no reply yet, it says what to do."""
        assert "用模板回复" in desk.get("/conversation/talk")

    def test_first(self, desk: Desk) -> None:
        """Without an id, all parts show the newest complaint that takes rich replies."""
        log_id = _send(desk, Message().text("您好"))
        desk.sandbox.complaint(need_immediate_service=False)
        assert desk.complaint.complaint_id in desk.get("/conversation/talk", id="")
        assert log_id in desk.get("/conversation/reply", id="")
        assert "POST 富文本回复" in desk.get("/conversation/requests", id="")

    def test_missing(self, desk: Desk) -> None:
        """A complaint that is not there is refused with a sentence."""
        answer = desk.page.get("/zh/conversation/talk", params={"id": "nonsense"})
        assert answer.json()["refused"].startswith("没有这张投诉单")

    def test_picture(self, desk: Desk) -> None:
        """A picture is in the page itself: the page loads nothing from the sandbox's address."""
        png = b"\x89PNG\r\n\x1a\n" + bytes(40)
        media_id = desk.site.client.upload_image(png, "a.png")
        desk.customer.says("看图", images=[png])
        desk.site.client.send(desk.complaint.complaint_id, Reply("看图", (media_id,)))
        shown = desk.get("/conversation/talk")
        assert shown.count('src="data:image/png;base64,') == 2
        assert "http://localhost" not in shown

    def test_says(self, desk: Desk) -> None:
        """The customer can write, and complain again; nothing, or too much, is refused."""
        desk.post("/conversation/say", text="还没收到")
        desk.post("/conversation/say", text="还是没收到", again="1")
        assert desk.sandbox.complaints[desk.complaint.complaint_id].user_complaint_times == 2
        assert "用户继续投诉" in desk.get("/conversation/talk")
        assert "应为 1 到 500 个字" in desk.refused("/conversation/say", text=" ")
        assert "应为 1 到 500 个字" in desk.refused("/conversation/say", text="长" * 501)


class TestTap:
    """What can be tapped does what it would."""

    def test_click(self, desk: Desk) -> None:
        """A tap is an entry of the history with its ``action_id``."""
        log_id = _send(desk, Message().button("满意", SendMessage("很满意", action_id="happy")))
        desk.post("/conversation/tap", log=log_id, pointer="/blocks/0/button")
        click = desk.sandbox.history(desk.complaint.complaint_id)[-1].click_message
        assert click == {"message_content": "很满意", "action_id": "happy", "clicked_log_id": log_id}

    def test_expired(self, desk: Desk) -> None:
        """What has expired cannot be tapped, and the page says why."""
        soon = datetime.now(UTC) + timedelta(hours=1)
        log_id = _send(desk, Message().button("领取补偿", expires=soon))
        assert "disabled" not in desk.get("/conversation/talk")
        desk.post("/conversation/advance", hours="24")
        assert "disabled" in desk.get("/conversation/talk")
        said = desk.refused("/conversation/tap", log=log_id, pointer="/blocks/0/button")
        assert said == "“领取补偿”点不了：已失效。"
        assert len(desk.sandbox.history(desk.complaint.complaint_id)) == 2

    def test_used(self, desk: Desk) -> None:
        """What was tapped and is for one tap cannot be tapped again, and neither can its siblings."""
        log_id = _send(desk, Message().button_group("满意", "不满意", multi_clickable=False))
        desk.post("/conversation/tap", log=log_id, pointer="/blocks/0/button_group/buttons/0")
        said = desk.refused("/conversation/tap", log=log_id, pointer="/blocks/0/button_group/buttons/1")
        assert said.startswith("“不满意”点不了：仅可点击一次")
        assert "msgkit-tapped" in desk.get("/conversation/talk")

    def test_jump(self, desk: Desk) -> None:
        """What leads elsewhere is told as the sandbox tells it, and shown as text: nothing is a link to it."""
        log_id = _send(desk, Message().link("查看订单", "https://shop.example/o/42"))
        shown = desk.post("/conversation/tap", log=log_id, pointer="/blocks/0/link")
        assert "https://shop.example/o/42" in shown
        assert "href" not in shown
        assert desk.sandbox.history(desk.complaint.complaint_id)[-1].operate_type == "USER_CLICK_RESPONSE"

    def test_no_address(self, desk: Desk) -> None:
        """What a link leads to is shown as it is, also where it is no address at all."""
        log_id = _send(desk, Message().link("查看订单", "https://["))
        assert ">https://[</dd>" in desk.post("/conversation/tap", log=log_id, pointer="/blocks/0/link")

    def test_plain(self, desk: Desk) -> None:
        """A plain reply's link shows where it leads, and is told nobody."""
        desk.site.client.send(desk.complaint.complaint_id, Reply("请看").link("查看", "https://shop.example/"))
        log_id = desk.sandbox.replies[-1].log_id
        before = desk.sandbox.history(desk.complaint.complaint_id)
        shown = desk.post("/conversation/tap", log=log_id, pointer="/jump_url")
        assert "https://shop.example/" in shown
        assert desk.sandbox.history(desk.complaint.complaint_id) == before

    @pytest.mark.parametrize("pointer", ["", "/blocks/9/button", "/blocks/0", "<script>"])
    def test_nothing(self, desk: Desk, pointer: str) -> None:
        """Where there is nothing to tap, or in another complaint's message, a tap is refused."""
        log_id = _send(desk, Message().button("满意"))
        assert desk.refused("/conversation/tap", log=log_id, pointer=pointer) == "这里没有可以点击的内容。"
        other = next(iter(desk.sandbox.complaints))
        assert desk.refused("/conversation/tap", id=other, log=log_id, pointer="/blocks/0/button")


class TestNotified:
    """Whether the merchant heard of it."""

    def test_nobody(self, desk: Desk) -> None:
        """Without an address the page says that there is none."""
        assert "没有登记通知地址" in desk.get("/conversation/talk")

    @pytest.mark.parametrize(
        ("status", "said"), [(200, "已通知商户 · 200"), (500, "商户没有收下通知 · 500 · 已试 1 次")]
    )
    def test_told(self, desk: Desk, status: int, said: str) -> None:
        """With one, it says what the merchant answered."""

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the class has it
                """Say nothing."""

        with HTTPServer(("127.0.0.1", 0), Answering) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            desk.post("/conversation/notify", url=f"http://127.0.0.1:{server.server_port}/notify")
            desk.post("/conversation/say", text="还没收到")
            desk.sandbox.settle()
            server.shutdown()
        assert said in desk.get("/conversation/talk")

    def test_elsewhere(self, desk: Desk) -> None:
        """Another machine's address is refused."""
        assert "只能发到本机" in desk.refused("/conversation/notify", url="http://shop.example/notify")


class TestSide:
    """What went over the wire."""

    def test_reply(self, desk: Desk) -> None:
        """Beside a reply stand its JSON, its ids, its verdict, the attempt that made it, and a shortened signature."""
        desk.sandbox.fail_next("SYSTEM_ERROR")
        receipt = desk.site.client.send(desk.complaint.complaint_id, Message().text("您好"))
        shown = desk.get("/conversation/reply")
        for said in ("200 · 签名正确 · 处理一次", receipt.log_id, receipt.idempotent_id, "第 2 次尝试", "第 1 次：500"):
            assert said is not None
            assert said in shown
        signature = re.search(r"signature=&#34;([^&]*)&#34;", shown)
        assert signature is not None
        assert len(signature[1]) == 9

    def test_repeated(self, desk: Desk) -> None:
        """A reply that came again under its id is said to be the same one."""
        for _ in range(2):
            desk.site.client.send(desk.complaint.complaint_id, Message().text("您好"), idempotent_id="one")
        assert "又提交了 1 次，已按幂等 ID 去重" in desk.get("/conversation/reply")

    def test_chosen(self, desk: Desk) -> None:
        """Another reply than the newest can be chosen."""
        log_id = _send(desk, Message().text("第一条"))
        _send(desk, Message().text("第二条"))
        assert "第二条" in desk.get("/conversation/reply")
        assert "第一条" in desk.get("/conversation/reply", log=log_id)

    def test_none(self, desk: Desk) -> None:
        """Where there is nothing yet, it says what will stand there."""
        assert "有了回复之后" in desk.get("/conversation/reply")
        assert "还没有关于这张投诉单的请求" in desk.get("/conversation/requests")


class TestFaults:
    """What goes wrong on purpose."""

    def test_next(self, desk: Desk) -> None:
        """A fault for the next calls is listed until they came, and can be switched off."""
        desk.post("/conversation/faults", fault="SLOW", seconds="0.1", mode="times", times="2", endpoint="response")
        (planned,) = desk.sandbox.faults
        assert (planned.fault, planned.times, planned.endpoint, planned.seconds) == ("SLOW", 2, "response", 0.1)
        assert "普通回复，接下来 2 次" in desk.get("/conversation/faults")
        assert "已开启 1 个故障" in desk.get("/conversation/talk")
        desk.post("/conversation/heal")
        assert desk.sandbox.faults == ()
        assert "没有开启故障" in desk.get("/conversation/faults")

    def test_share(self, desk: Desk) -> None:
        """A fault for a share of all calls is listed too."""
        desk.post("/conversation/faults", fault="NO_ANSWER", mode="share", share="20", endpoint="")
        assert [some.share for some in desk.sandbox.chances] == [0.2]
        assert "所有接口，20% 的请求" in desk.get("/conversation/faults")

    @pytest.mark.parametrize(
        "given",
        [
            {"fault": "nonsense"},
            {"fault": "SLOW", "seconds": "61"},
            {"fault": "SLOW", "seconds": "nan"},
            {"fault": "STALE", "times": "0"},
            {"fault": "STALE", "mode": "share", "share": "101"},
            {"fault": "STALE", "endpoint": "nonsense"},
        ],
    )
    def test_wrong(self, desk: Desk, given: dict[str, str]) -> None:
        """What is no fault is refused."""
        assert desk.refused("/conversation/faults", **{"times": "1", **given})
        assert desk.sandbox.faults == ()

    @pytest.mark.parametrize("hours", ["0", "-1", "1e3", "72.5"])
    def test_time(self, desk: Desk, hours: str) -> None:
        """Time moves by what the page offers and nothing else."""
        assert desk.refused("/conversation/advance", hours=hours)


class TestReply:
    """Reply with a template."""

    def test_form(self, desk: Desk) -> None:
        """The form asks for the variables; examples are placeholders and no values."""
        shown = desk.get("/conversation/form", name="refund/accepted")
        assert 'placeholder="4200001"' in shown
        assert 'value="4200001"' not in shown
        assert "商户订单号" in shown
        assert shown.index("v.order_no") < shown.index("v.note")

    def test_lacking(self, desk: Desk) -> None:
        """Without its values nothing is sent, and examples are not sent unasked."""
        shown = desk.post("/conversation/send", name="refund/accepted", **{"v.amount": "1.00"})
        assert "order_no" in shown
        assert desk.sandbox.replies == ()

    def test_sent(self, desk: Desk) -> None:
        """With them, the real client sends it richly, and the answer has its ``log_id``."""
        values = {"v.order_no": "A-1", "v.amount": "12.50"}
        shown = desk.post("/conversation/send", name="refund/accepted", **values)
        (reply,) = desk.sandbox.replies
        assert reply.log_id in shown
        assert reply.message == Message().text("订单 A-1 退款 12.50 元").button("转人工")

    def test_plainly(self, desk: Desk) -> None:
        """A complaint that takes no rich reply gets a plain one, and the page says what is dropped."""
        other = desk.sandbox.complaint(need_immediate_service=False).complaint_id
        values = {"id": other, "name": "refund/accepted", "v.order_no": "A-1", "v.amount": "12.50"}
        assert "会去掉" in desk.post("/conversation/preview", **values)
        assert "已去掉" in desk.post("/conversation/send", **values)
        assert desk.sandbox.replies[-1].reply == Reply("订单 A-1 退款 12.50 元")

    def test_file_of_a_plain_reply(self, desk: Desk) -> None:
        """A file that holds a plain reply can be sent as it is."""
        desk.post("/conversation/send", name="plain")
        assert desk.sandbox.replies[-1].reply == Reply("已为您催单")

    def test_preview(self, desk: Desk) -> None:
        """The preview is filled with what is there, with examples for the rest, and says what must be mended."""
        shown = desk.post("/conversation/preview", name="refund/accepted", **{"v.amount": "abc", "v.order_no": "B-2"})
        assert "订单 B-2 退款 128.00 元" in shown
        assert "finding error" in shown

    def test_handed_over(self, desk: Desk) -> None:
        """A message from the composer is shown and sent as it is; what is none is refused."""
        message = Message().text("您好").button("满意")
        given = message.to_json()
        assert "您好" in desk.post("/conversation/handed", message=given, **{"from": "hello"})
        desk.post("/conversation/send", message=given)
        assert desk.sandbox.replies[-1].message == message
        assert "不是消息" in desk.refused("/conversation/handed", message="{")
        wrong = json.dumps({"blocks": []})
        assert "finding error" in desk.post("/conversation/handed", message=wrong)

    def test_unclear(self, desk: Desk) -> None:
        """Where it may have been sent, the page says so, and offers the same reply under the same id."""
        desk.sandbox.fail_next("PROBE", times=10, endpoint="response-immediate-service")
        shown = desk.post("/conversation/send", message=Message().text("您好").to_json())
        again = re.search(r'name="idempotent_id" value="([^"]+)"', shown)
        assert again is not None
        assert "回复可能已经发出" in shown
        assert len(desk.sandbox.replies) == 1
        desk.sandbox.heal()
        message = Message().text("您好").to_json()
        assert "已发送" in desk.post("/conversation/send", message=message, idempotent_id=again[1])
        assert len(desk.sandbox.replies) == 1

    def test_refused(self, desk: Desk) -> None:
        """Where it was not sent, the page says why, and that sending it again as it is does not help."""
        desk.sandbox.fail_next("NO_AUTH", endpoint="response-immediate-service")
        shown = desk.post("/conversation/send", message=Message().text("您好").to_json())
        assert "403：没有权限" in shown
        assert "没有发出" in shown
        assert "idempotent_id" not in re.sub("<code>.*</code>", "", shown)

    def test_broken(self, desk: Desk) -> None:
        """A file with errors is not sent."""
        answer = desk.page.get("/zh/conversation/form", params={"id": desk.complaint.complaint_id, "name": "broken"})
        assert "有错误" in answer.json()["refused"]

    def test_search(self, desk: Desk) -> None:
        """Templates can be looked for; without a folder the page says what to do."""
        assert desk.get("/conversation/templates", search="refund").count("data-template") == 1
        assert "没有这个名字的模板" in desk.get("/conversation/templates", search="nonsense")
        nowhere = attrs.evolve(desk.site, templates=TemplateFolder(None))
        assert "没有打开文件夹" in desk_at(nowhere).get("/conversation/templates")


@pytest.mark.slow
def test_chinese_punctuation(desk: Desk) -> None:
    """In Chinese the marks around what is Chinese are Chinese, too."""
    desk.sandbox.fail_next("SYSTEM_ERROR", times=1)
    _send(desk, Message().text("您好"))
    shown = desk.get("/conversation/reply") + desk.get("/conversation/form", name="refund/accepted")
    assert "amount（元）" in shown
    own = re.sub(r"<(pre|table).*?</\1>|<[^>]*>", "", shown, flags=re.DOTALL)  # what was sent is not the studio's
    assert re.findall(r"[\u4e00-\u9fff] ?[(),;:]|[(),;:] ?[\u4e00-\u9fff]", own) == []


def test_languages(desk: Desk) -> None:
    """Every part is there in English too, and no Chinese of the studio's own is left in it."""
    _send(desk, Message().text("hello").button("yes"))
    desk.customer.taps("yes")
    for part in ("cases", "requests", "reply", "faults", "templates"):
        shown = desk.get(f"/conversation/{part}", lang="en")
        own = re.sub("杯子是碎的|收到的商品与描述不符，申请退款|您", "", shown)
        assert re.findall("[\u4e00-\u9fff]+", own) == []


def test_hostile(desk: Desk) -> None:
    """A hostile text is a text, whoever said it and wherever it stands."""
    for text in TEXTS[:40]:
        desk.customer.says(text[:300])
    desk.sandbox.entry(desk.complaint.complaint_id, "USER_RESPONSE<script>", normal_message=everywhere(TEXTS[0]))
    for part in ("talk", "cases", "requests", "reply", "export"):
        shown = desk.get(f"/conversation/{part}")
        assert not re.search(r"<(script|iframe|object|svg onload|img src=x|a href=.javascript)", shown)
