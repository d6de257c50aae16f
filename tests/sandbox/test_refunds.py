"""Decisions on refunds, links in plain replies, and how complaints go on."""

from typing import Any

import pytest

from msgkit.sandbox import Sandbox

from .merchant import IMMEDIATE, Merchant

APPROVE: dict[str, Any] = {"action": "APPROVE", "launch_refund_day": 0, "remark": "同意"}
REJECT: dict[str, Any] = {"action": "REJECT", "reject_reason": "已使用", "reject_media_list": ["m"], "remark": ""}


def state(sandbox: Sandbox) -> str:
    """Where the complaint stands."""
    return sandbox.complaints[IMMEDIATE].complaint_state


class TestDecision:
    """The endpoint update-refund-progress."""

    def test_approve(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Approving refunds nothing: it is in the history, and the complaint ends when the money has arrived."""
        answered = merchant.decide(APPROVE)
        assert (answered.status, answered.body) == (204, b"")
        merchant.verify(answered)
        assert sandbox.history(IMMEDIATE)[-1].operate_type == "MERCHANT_APPROVE_REFUND"
        assert (state(sandbox), sandbox.complaints[IMMEDIATE].complaint_full_refunded) == ("PENDING", False)
        sandbox.entry(IMMEDIATE, "COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE")
        assert state(sandbox) == "PROCESSED"

    def test_reject(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Rejecting ends the complaint, and the reason is in the history."""
        assert merchant.decide(REJECT).status == 204
        entry = sandbox.history(IMMEDIATE)[-1]
        assert (entry.operate_type, entry.operate_details) == ("MERCHANT_REFUSE_RERUND", "已使用")
        assert state(sandbox) == "PROCESSED"

    @pytest.mark.parametrize("first", [APPROVE, REJECT], ids=["approve", "reject"])
    @pytest.mark.parametrize("second", [APPROVE, REJECT], ids=["approve", "reject"])
    def test_twice(self, sandbox: Sandbox, merchant: Merchant, first: Any, second: Any) -> None:
        """A second decision is refused in the platform's words, whichever the two are, and changes nothing."""
        merchant.decide(first)
        before = sandbox.history(IMMEDIATE), sandbox.complaints[IMMEDIATE]
        answered = merchant.decide(second)
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")
        assert answered.json["message"] == "当前单据状态不支持操作, 请检查是否重复调用"
        assert (sandbox.history(IMMEDIATE), sandbox.complaints[IMMEDIATE]) == before

    def test_refunded_already(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """So is a decision on a complaint that was refunded."""
        sandbox.entry(IMMEDIATE, "COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE")
        assert merchant.decide(APPROVE).json["message"].startswith("当前单据状态不支持操作")

    def test_day_of_a_rejection(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A day beside REJECT is a 400 that says nothing of where it is, and decides nothing."""
        answered = merchant.decide(REJECT | {"launch_refund_day": 0})
        assert answered.status == 400
        assert "detail" not in answered.json
        assert len(sandbox.history(IMMEDIATE)) == 1
        assert merchant.decide(REJECT).status == 204

    def test_reason_of_an_approval(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A reason beside APPROVE is taken, and noted as odd."""
        assert merchant.decide(APPROVE | {"reject_reason": "a", "reject_media_list": []}).status == 204
        assert [warning.pointer for warning in sandbox.warnings] == ["/reject_reason", "/reject_media_list"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "action"),
            ({"action": "MAYBE"}, "action"),
            ({"action": "APPROVE", "launch_refund_day": -1}, "launch_refund_day"),
            ({"action": "APPROVE", "launch_refund_day": "1"}, "launch_refund_day"),
            ({"action": "APPROVE", "launch_refund_day": None}, "launch_refund_day"),
            ({"action": "REJECT", "reject_reason": "长" * 201}, "reject_reason"),
            ({"action": "REJECT", "reject_media_list": ["m"] * 5}, "reject_media_list"),
            ({"action": "APPROVE", "remark": "长" * 201}, "remark"),
            ({"action": "APPROVE", "remark": "😀"}, "remark"),
            ({"action": "APPROVE", "complainted_mchid": "1900012181"}, "complainted_mchid"),
        ],
        ids=str,
    )
    def test_wrong(self, sandbox: Sandbox, merchant: Merchant, body: Any, field: str) -> None:
        """What the documentation does not have is refused, its place named, and decides nothing."""
        answered = merchant.decide(body)
        assert (answered.status, answered.code, answered.detail["field"]) == (400, "PARAM_ERROR", f"/{field}")
        assert len(sandbox.history(IMMEDIATE)) == 1

    def test_longest(self, merchant: Merchant) -> None:
        """Texts and lists are taken up to their limits."""
        texts = {"reject_reason": "长" * 200, "remark": "长" * 200}
        assert merchant.decide({"action": "REJECT", "reject_media_list": ["m"] * 4} | texts).status == 204

    def test_unknown(self, merchant: Merchant) -> None:
        """Only a complaint that there is can be decided."""
        assert merchant.decide(APPROVE, "1").status == 404


class TestWhose:
    """Complaints of others."""

    def test_text(self, merchant: Merchant) -> None:
        """A reply to another merchant's complaint is refused in the platform's words."""
        answered = merchant.reply(merchant.plain(complainted_mchid="1900000000"))
        assert (answered.status, answered.code) == (403, "NO_AUTH")
        assert answered.json["message"] == "您暂无权限为该投诉单提交商户回复"

    def test_complete(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A service provider completes in the name of the sub-merchant, and not in its own."""
        sandbox.complaint("mine", complainted_mchid="1900013511")
        assert merchant.complete("mine").code == "NO_AUTH"
        target = "/v3/merchant-service/complaints-v2/mine/complete"
        assert merchant.post(target, {"complainted_mchid": "1900013511"}).status == 204


class TestLinks:
    """Links in plain replies, which the platform has to enable."""

    @pytest.mark.parametrize(
        "links",
        [
            {"jump_url": "https://shop.example/", "jump_url_text": "查看"},
            {"mini_program_jump_info": {"appid": "wx1", "path": "p", "text": "t"}},
        ],
        ids=["page", "mini program"],
    )
    def test_not_enabled(self, sandbox: Sandbox, merchant: Merchant, links: Any) -> None:
        """Where they are not enabled a link is refused in the platform's words; a reply without one is not."""
        sandbox.enable_links(enabled=False)
        answered = merchant.reply(merchant.plain(**links))
        assert (answered.status, answered.code) == (403, "NO_AUTH")
        assert answered.json["message"] == "此商户号暂不支持发送外部链接"
        assert merchant.reply(merchant.plain()).status == 204
        sandbox.reset()
        assert merchant.reply(merchant.plain(**links)).status == 204


class TestGoingOn:
    """What the customer and the platform do."""

    def test_response(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What the customer says waits until the merchant replies."""
        assert not sandbox.complaints[IMMEDIATE].incoming_user_response
        sandbox.entry(IMMEDIATE, "USER_RESPONSE", details="还没收到")
        assert sandbox.complaints[IMMEDIATE].incoming_user_response
        merchant.reply(merchant.plain())
        assert not sandbox.complaints[IMMEDIATE].incoming_user_response

    def test_continued(self, sandbox: Sandbox) -> None:
        """A customer who goes on complaining has complained once more."""
        sandbox.entry(IMMEDIATE, "USER_CONTINUE_COMPLAINT")
        assert sandbox.complaints[IMMEDIATE].user_complaint_times == 2

    def test_system(self, sandbox: Sandbox) -> None:
        """What the platform says by itself nobody has to answer."""
        entry = sandbox.entry(IMMEDIATE, "USER_CREATE_COMPLAINT_SYSTEM_MESSAGE")
        assert (entry.operator, sandbox.complaints[IMMEDIATE].incoming_user_response) == ("系统", False)
