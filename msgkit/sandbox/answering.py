"""What a merchant does about a complaint: replies, completion, the decision on a refund."""

from collections.abc import Iterator
from typing import Any

from msgkit.sandbox.answers import Answer, Refusal, json_pointer
from msgkit.sandbox.calls import Call
from msgkit.sandbox.oddities import Oddity, oddities
from msgkit.sandbox.state import State


def respond_immediate_service(state: State, call: Call) -> Answer:
    """Take a rich reply (回复需要即时服务的投诉单).

    The media ids of its pictures are not looked up: a test may use made-up ones.
    """
    body = call.body("response-immediate-service")
    reply = state.reply_richly(call.caller, call.complaint_id, body, _odd(call, body))
    return Answer.json(200, {"log_id": reply.log_id}, log_id=reply.log_id)


def respond(state: State, call: Call) -> Answer:
    """Take a plain reply (提交回复). Its media ids are not looked up either."""
    body = call.body("response")
    reply = state.reply_plainly(call.complaint_id, body, _odd(call, body))
    return Answer(204, log_id=reply.log_id)


def complete(state: State, call: Call) -> Answer:
    """Take note that the complaint was handled (反馈处理完成)."""
    body = call.body("complete")
    state.complete(call.complaint_id, body)
    return Answer(204)


def decide_refund(state: State, call: Call) -> Answer:
    """Take a decision on a refund (更新退款审批结果)."""
    body = call.body("update-refund-progress")
    if body["action"] == "REJECT" and "launch_refund_day" in body:
        # As merchants report it: the platform does not say which field it is.
        raise Refusal(400, "PARAM_ERROR", "参数错误")
    noted = [call.oddity(json_pointer(name), text) for name, text in _misplaced(body)]
    state.decide_refund(call.complaint_id, body, noted)
    return Answer(204)


def _misplaced(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if body["action"] == "APPROVE":
        for name in ("reject_reason", "reject_media_list"):
            if name in body:
                yield name, "stands beside APPROVE; usual is to leave the key out: it is for REJECT."


def _odd(call: Call, body: dict[str, Any]) -> list[Oddity]:
    return [call.oddity(pointer, text) for pointer, text in oddities(body)]
