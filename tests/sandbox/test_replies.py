"""Replies: what is accepted, what it changes, and that it is done once."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from msgkit import Client, InvalidRequestError, Message
from msgkit.sandbox import Sandbox

from .merchant import COMPLAINTS, IMMEDIATE, ORDINARY, Merchant


def state(sandbox: Sandbox, complaint_id: str = IMMEDIATE) -> str:
    """Where a complaint stands."""
    return sandbox.complaints[complaint_id].complaint_state


class TestRich:
    """The endpoint response-immediate-service."""

    def test_accepted(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A rich reply is kept as it came, under the log_id that the answer tells."""
        body = merchant.rich(idempotent_id="order-42")
        answered = merchant.reply_richly(body)
        assert answered.status == 200
        (reply,) = sandbox.replies
        assert reply.complaint_id == IMMEDIATE
        assert reply.kind == "response-immediate-service"
        assert reply.body == body
        assert reply.idempotent_id == "order-42"
        assert reply.log_id == answered.json["log_id"]
        assert reply.log_id.isdecimal()
        assert len(reply.log_id) <= 64

    def test_not_immediate(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A complaint that needs no immediate service takes no rich reply."""
        answered = merchant.reply_richly(merchant.rich(), ORDINARY)
        assert (answered.status, answered.code) == (400, "INVALID_REQUEST")
        assert sandbox.replies == ()

    def test_other_merchant(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A complaint about another merchant than the body says is not the caller's to answer."""
        answered = merchant.reply_richly(merchant.rich(complainted_mchid="1900000000"))
        assert (answered.status, answered.code) == (403, "NO_AUTH")
        assert sandbox.replies == ()

    def test_sub_merchant(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A service provider answers for the sub-merchant that the complaint is about."""
        complaint = sandbox.complaint(complainted_mchid="1900013511")
        body = merchant.rich(complainted_mchid="1900013511")
        assert merchant.reply_richly(body, complaint.complaint_id).status == 200

    def test_made_up_media(self, merchant: Merchant) -> None:
        """A media id that was never uploaded is taken."""
        block = {"type": "IMAGE", "image": {"media_id": "made-up"}}
        assert merchant.reply_richly(merchant.rich(message={"blocks": [block]})).status == 200

    def test_placeholder(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An address that was left as a template has it is no https address, and is refused as any other."""
        action = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "${base}/orders"}
        button = {"type": "BUTTON_GROUP", "button_group": {"buttons": [{"text": "a", "action": action}]}}
        answered = merchant.reply_richly(merchant.rich(message={"blocks": [button]}))
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert answered.detail["field"] == "/message/blocks/0/button_group/buttons/0/action/jump_url"
        assert "starts with https://" in answered.detail["issue"]
        assert sandbox.replies == ()

    @pytest.mark.parametrize(
        ("block", "place"),
        [
            ({}, "/type"),
            ({"type": "VIDEO"}, "/type"),
            ({"type": None}, "/type"),
            ({"type": "TEXT"}, "/text"),
            ({"type": "TEXT", "text": None}, "/text"),
            ({"type": "TEXT", "text": "您好"}, "/text"),
            ({"type": "TEXT", "text": {"text": None}}, "/text/text"),
            ({"type": "TEXT", "text": {"color": "RED"}}, "/text/color"),
            ({"type": "TEXT", "text": {"size": 1}}, "/text/size"),
            ({"type": "TEXT", "text": {}, "link": {}}, "/link"),
            ({"type": "FAQ_LIST", "faq_list": {"faqs": {}}}, "/faq_list/faqs"),
            ({"type": "BUTTON", "button": {"action": {}}}, "/button/action/action_type"),
            ({"type": "BUTTON", "button": {"action": {"action_type": "CALL"}}}, "/button/action/action_type"),
            (
                {"type": "BUTTON", "button": {"action": {"action_type": "ACTION_TYPE_SEND_MESSAGE"}}},
                "/button/action/message_info",
            ),
            (
                {"type": "LINK", "link": {"action": {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {}}}},
                "/link/action/message_info/content",
            ),
            (
                {"type": "LINK", "link": {"action": {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "shop"}}},
                "/link/action/jump_url",
            ),
            (
                {"type": "LINK", "link": {"invalid_info": {"expired_time": "tomorrow"}}},
                "/link/invalid_info/expired_time",
            ),
            (
                {
                    "type": "LINK",
                    "link": {
                        "action": {
                            "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
                            "mini_program_jump_info": {"path": "pages/order"},
                        }
                    },
                },
                "/link/action/mini_program_jump_info/appid",
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_forbidden(self, sandbox: Sandbox, merchant: Merchant, block: dict[str, Any], place: str) -> None:
        """What the documentation does not have is refused, its place named, however much else is taken."""
        answered = merchant.reply_richly(merchant.rich(message={"blocks": [{"type": "TEXT", "text": {}}, block]}))
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert answered.detail["field"] == f"/message/blocks/1{place}"
        assert (sandbox.replies, sandbox.warnings) == ((), ())

    def test_log_ids(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """No two replies share a log_id, not even across a reset."""
        first = merchant.reply_richly(merchant.rich()).json["log_id"]
        sandbox.reset()
        assert merchant.reply_richly(merchant.rich()).json["log_id"] != first


class TestPlain:
    """The endpoint response."""

    @pytest.mark.parametrize("complaint_id", [IMMEDIATE, ORDINARY])
    def test_accepted(self, sandbox: Sandbox, merchant: Merchant, complaint_id: str) -> None:
        """Every complaint takes a plain reply."""
        assert merchant.reply(merchant.plain(), complaint_id).status == 204
        (reply,) = sandbox.replies
        assert (reply.complaint_id, reply.kind) == (complaint_id, "response")
        assert reply.body == merchant.plain()
        assert reply.idempotent_id is None
        assert reply.log_id

    def test_each_counts(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Plain replies have no idempotency: the same one twice is two replies."""
        for _ in range(2):
            merchant.reply(merchant.plain())
        assert len({reply.log_id for reply in sandbox.replies}) == 2

    def test_other_merchant(self, merchant: Merchant) -> None:
        """A complaint about another merchant than the body says is not the caller's to answer."""
        answered = merchant.reply(merchant.plain(complainted_mchid="1900000000"))
        assert (answered.status, answered.code) == (403, "NO_AUTH")


class TestIdempotency:
    """One idempotent_id, one reply."""

    def test_again(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same id is processed once, and tells the same log_id each time."""
        body = merchant.rich()
        answers = [merchant.reply_richly(body) for _ in range(3)]
        assert len({answered.body for answered in answers}) == 1
        assert len(sandbox.replies) == 1

    def test_same_json(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same id and the same JSON, its keys in another order and spaced out, tell the same log_id."""
        body = merchant.rich()
        first = merchant.reply_richly(body)
        reordered = dict(reversed(body.items()))
        spaced = json.dumps(reordered, ensure_ascii=True, indent=4).encode()
        second = merchant.post(f"{COMPLAINTS}/{IMMEDIATE}/response-immediate-service", spaced)
        assert (second.status, second.json) == (200, first.json)
        assert len(sandbox.replies) == 1

    @pytest.mark.parametrize(
        ("changes", "elsewhere", "named"),
        [
            ({"message": {"blocks": [{"type": "TEXT", "text": {"text": "再见"}}]}}, False, "another message:"),
            ({"complainted_mchid": "1900013511"}, False, "another complainted_mchid:"),
            ({}, True, "another complaint_id:"),
            (
                {"message": {"blocks": [{"type": "TEXT", "text": {"text": "您好", "is_bold": False}}]}},
                True,
                "another complaint_id and message:",
            ),
        ],
        ids=["message", "merchant", "complaint", "complaint and message"],
    )
    def test_known_id(
        self, sandbox: Sandbox, merchant: Merchant, changes: dict[str, Any], elsewhere: bool, named: str
    ) -> None:
        """A known id with another complaint, merchant or message is refused, loudly: the platform would swallow it."""
        other = sandbox.complaint().complaint_id
        first = merchant.reply_richly(merchant.rich(idempotent_id="a"))
        body = merchant.rich(idempotent_id="a") | changes
        refused = merchant.reply_richly(body, other if elsewhere else IMMEDIATE)
        assert (refused.status, refused.code) == (400, "INVALID_REQUEST")
        assert named in refused.json["message"]
        assert "the platform would swallow this reply" in refused.json["message"]
        merchant.verify(refused)
        assert [reply.log_id for reply in sandbox.replies] == [first.json["log_id"]]
        assert state(sandbox, other) == "PENDING"
        assert merchant.reply_richly(merchant.rich(idempotent_id="a")).json == first.json

    def test_what_a_caller_sees(self, sandbox: Sandbox) -> None:
        """A client that uses one id for two replies hears of it, and that the second was not sent."""
        with Client.from_env(sandbox.credentials.environ) as client:
            client.send(IMMEDIATE, Message().text("已退款"), idempotent_id="order-42-refund")
            with pytest.raises(InvalidRequestError, match="would swallow this reply"):
                client.send(IMMEDIATE, Message().text("已到账"), idempotent_id="order-42-refund")

    def test_refused_is_not_processed(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An id whose request was refused is free for the corrected one."""
        assert merchant.reply_richly(merchant.rich(idempotent_id="a"), ORDINARY).status == 400
        assert merchant.reply_richly(merchant.rich(idempotent_id="a")).status == 200
        assert len(sandbox.replies) == 1

    def test_after_completion(self, merchant: Merchant, sandbox: Sandbox) -> None:
        """A repeated request gets its log_id even after the complaint was handled."""
        body = merchant.rich()
        first = merchant.reply_richly(body)
        merchant.complete()
        assert merchant.reply_richly(body).json == first.json
        assert len(sandbox.replies) == 1

    def test_concurrent(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Sixteen threads with one id: processed once, one log_id for all."""
        body = merchant.rich()
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: merchant.reply_richly(body), range(48)))
        for answered in answers:
            merchant.verify(answered)
        assert len({answered.body for answered in answers}) == 1
        assert len(sandbox.replies) == 1

    def test_concurrent_ids(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Sixteen threads with an id each: all processed, each with its own log_id."""
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: merchant.reply_richly(merchant.rich()), range(48)))
        assert len({answered.json["log_id"] for answered in answers}) == 48
        assert len(sandbox.replies) == 48


class TestStates:
    """PENDING, PROCESSING, PROCESSED."""

    def test_rich_road(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """PENDING, PROCESSING after the first reply and the second, PROCESSED on completion."""
        assert state(sandbox) == "PENDING"
        for _ in range(2):
            merchant.reply_richly(merchant.rich())
            assert state(sandbox) == "PROCESSING"
        assert merchant.complete().status == 204
        assert state(sandbox) == "PROCESSED"

    def test_plain_road(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A plain reply moves a complaint on as a rich one does."""
        merchant.reply(merchant.plain(), ORDINARY)
        assert state(sandbox, ORDINARY) == "PROCESSING"
        assert state(sandbox) == "PENDING"

    def test_refused(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A refused reply moves nothing."""
        assert merchant.reply_richly(merchant.rich(message={"blocks": [{"type": "TEXT"}]})).status == 400
        assert state(sandbox) == "PENDING"

    def test_after_completion(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A handled complaint takes further replies and stays handled; so does completing again."""
        merchant.complete()
        assert merchant.reply_richly(merchant.rich()).status == 200
        assert merchant.reply(merchant.plain()).status == 204
        assert merchant.complete().status == 204
        assert state(sandbox) == "PROCESSED"

    def test_complete_unknown(self, merchant: Merchant) -> None:
        """Only a complaint that there is can be completed."""
        assert merchant.complete("1").status == 404


class TestMemory:
    """What a test can set up and look at."""

    def test_initial(self, sandbox: Sandbox) -> None:
        """A sandbox begins with two complaints about its merchant."""
        assert {
            complaint_id: complaint.need_immediate_service for complaint_id, complaint in sandbox.complaints.items()
        } == {IMMEDIATE: True, ORDINARY: False}
        for complaint in sandbox.complaints.values():
            assert complaint.complainted_mchid == sandbox.credentials.mchid
            assert complaint.complaint_state == "PENDING"

    def test_complaint(self, sandbox: Sandbox) -> None:
        """A new complaint gets an id of its own and can be given every property."""
        first = sandbox.complaint()
        second = sandbox.complaint(
            "mine",
            complainted_mchid="1900013511",
            need_immediate_service=False,
            complaint_state="PROCESSING",
        )
        assert first.complaint_id.isdecimal()
        assert first.need_immediate_service
        assert sandbox.complaints[first.complaint_id] == first
        assert sandbox.complaints["mine"] == second

    def test_complaint_twice(self, sandbox: Sandbox) -> None:
        """A complaint id is given once."""
        with pytest.raises(ValueError, match="already"):
            sandbox.complaint(IMMEDIATE)

    def test_complaint_state(self, sandbox: Sandbox) -> None:
        """A state that the platform does not know is refused, with those that it knows."""
        with pytest.raises(
            ValueError, match=r"^complaint_state must be one of PENDING, PROCESSING, PROCESSED, not 'DONE'$"
        ):
            sandbox.complaint(complaint_state="DONE")  # type: ignore[arg-type]

    @pytest.mark.parametrize("name", ["complaint_id", "complainted_mchid"])
    @pytest.mark.parametrize(
        ("value", "sentence"),
        [
            ("1" * 65, "has 65 characters; it must have 1 to 64"),
            ("", "has 0 characters"),
            (42, "must be a str, not int"),
            (b"1", "must be a str, not bytes"),
        ],
        ids=repr,
    )
    def test_ids(self, sandbox: Sandbox, name: str, value: Any, sentence: str) -> None:
        """An id that the platform could not give is refused in a sentence; one of 64 characters is taken."""
        with pytest.raises(ValueError, match=f"^{name} {sentence}"):
            sandbox.complaint(**{name: value})
        longest: dict[str, Any] = {name: "1" * 64}
        assert getattr(sandbox.complaint(**longest), name) == "1" * 64
        assert len(sandbox.complaints) == 3

    def test_need(self, sandbox: Sandbox) -> None:
        """A complaint needs immediate service or not."""
        with pytest.raises(ValueError, match=r"^need_immediate_service must be True or False, not 'no'$"):
            sandbox.complaint(need_immediate_service="no")  # type: ignore[arg-type]

    def test_read_only(self, sandbox: Sandbox) -> None:
        """The mapping of complaints is a snapshot that cannot be written."""
        before = sandbox.complaints
        with pytest.raises(TypeError):
            before["a"] = before[IMMEDIATE]  # type: ignore[index]
        sandbox.complaint("new")
        assert "new" not in before

    def test_reset(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A reset leaves the two initial complaints, and frees every idempotent_id."""
        body = merchant.rich()
        sandbox.complaint()
        merchant.reply_richly(body)
        sandbox.reset()
        assert sandbox.complaints.keys() == {IMMEDIATE, ORDINARY}
        assert (sandbox.replies, sandbox.uploads, state(sandbox)) == ((), (), "PENDING")
        merchant.reply_richly(body)
        assert len(sandbox.replies) == 1

    def test_repr(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What a customer or a merchant wrote is in no repr."""
        merchant.reply(merchant.plain(response_content="SECRET"))
        assert "SECRET" not in repr(sandbox.replies)
        assert "SECRET" not in repr(sandbox)
