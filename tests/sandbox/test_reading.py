"""Reading: the list of complaints, one of them, its history, and pages of each."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from msgkit.sandbox import Sandbox

from .merchant import COMPLAINTS, IMMEDIATE, ORDINARY, Answered, Merchant

BEIJING = timezone(timedelta(hours=8))
ALWAYS = {
    "complaint_id",
    "complaint_time",
    "complaint_detail",
    "complaint_state",
    "complainted_mchid",
    "complaint_full_refunded",
    "incoming_user_response",
    "problem_description",
    "user_complaint_times",
}


def listed(merchant: Merchant, begin: str = "2024-03-01", end: str = "2024-03-31", more: str = "") -> Answered:
    """A page of complaints."""
    return merchant.get(f"{COMPLAINTS}?begin_date={begin}&end_date={end}{more}")


def ids(answered: Answered) -> list[str]:
    """The ids of the complaints on a page."""
    return [complaint["complaint_id"] for complaint in answered.json["data"]]


class TestComplaint:
    """The endpoint of one complaint."""

    def test_as_made(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A complaint that nothing was said about reads like a real one: every field is there, rightly typed."""
        complaint = sandbox.complaint()
        answered = merchant.get(f"{COMPLAINTS}/{complaint.complaint_id}")
        assert answered.status == 200
        merchant.verify(answered)
        document = answered.json
        assert document.keys() >= ALWAYS | {"payer_phone", "payer_openid", "complaint_order_info", "problem_type"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", document["complaint_time"])
        assert abs(datetime.now(UTC) - datetime.fromisoformat(document["complaint_time"])) < timedelta(minutes=1)
        (order,) = document["complaint_order_info"]
        assert order["amount"] == document["apply_refund_amount"]
        assert (document["need_immediate_service"], document["complaint_state"]) == (True, "PENDING")

    def test_orders_of_two(self, sandbox: Sandbox) -> None:
        """Two complaints are not about the same order."""
        first, second = sandbox.complaint(), sandbox.complaint()
        assert first.complaint_order_info[0]["transaction_id"] != second.complaint_order_info[0]["transaction_id"]

    def test_phone(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The telephone number is encrypted for the merchant, in the detail as in the list."""
        complaint = sandbox.complaint(payer_phone="+86 18500000000", complaint_time=datetime(2024, 3, 9, tzinfo=UTC))
        detail = merchant.get(f"{COMPLAINTS}/{complaint.complaint_id}").json
        (one,) = listed(merchant).json["data"]
        for document in (detail, one):
            assert merchant.decrypted(document["payer_phone"]) == "+86 18500000000"

    def test_openid_in_the_detail_only(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The customer's openid is not in the list."""
        sandbox.complaint("mine", payer_openid="o1", complaint_time=datetime(2024, 3, 9, tzinfo=UTC))
        assert merchant.get(f"{COMPLAINTS}/mine").json["payer_openid"] == "o1"
        assert "payer_openid" not in listed(merchant).json["data"][0]

    def test_every_field(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Whatever a complaint is given is served under the name that it was given under."""
        given: dict[str, Any] = {
            "complainted_mchid": "1900013511",
            "need_immediate_service": False,
            "complaint_state": "PROCESSING",
            "complaint_detail": "反馈一个重复扣费的问题",
            "payer_openid": "o2",
            "complaint_order_info": [{"transaction_id": "4200", "out_trade_no": "2019", "amount": 3}],
            "service_order_info": [{"order_id": "1", "out_order_no": "2", "state": "DOING"}],
            "complaint_media_list": [{"media_type": "USER_COMPLAINT_IMAGE", "media_url": ["https://h/1"]}],
            "complaint_full_refunded": True,
            "incoming_user_response": True,
            "problem_description": "不满意商家服务",
            "user_complaint_times": 3,
            "problem_type": "OTHERS",
            "apply_refund_amount": 7,
            "user_tag_list": ["TRUSTED", "HIGH_RISK"],
            "additional_info": {
                "type": "SHARE_POWER_TYPE",
                "share_power_info": {"return_time": "2024-03-01T00:00:00+08:00", "is_returned_to_same_machine": False},
            },
            "in_platform_service": True,
            "is_agent_mode": True,
        }
        when = datetime(2024, 3, 9, 1, 2, 3, tzinfo=UTC)
        sandbox.complaint("mine", **given, complaint_time=when, payer_phone=None)
        document = merchant.get(f"{COMPLAINTS}/mine").json
        assert document == given | {"complaint_id": "mine", "complaint_time": "2024-03-09T09:02:03+08:00"}

    def test_without(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What may be missing can be left out; what is always there stays."""
        optional: Any = dict.fromkeys(
            ("payer_phone", "payer_openid", "complaint_order_info", "problem_type", "apply_refund_amount")
        )
        sandbox.complaint("mine", **optional, in_platform_service=None, is_agent_mode=None)
        document = merchant.get(f"{COMPLAINTS}/mine").json
        assert document.keys() == ALWAYS | {"need_immediate_service"}

    def test_own_copy(self, sandbox: Sandbox) -> None:
        """What the caller does with its lists afterwards does not change what is remembered."""
        order: dict[str, Any] = {"amount": 1}
        orders = [order]
        sandbox.complaint("mine", complaint_order_info=orders)
        order["amount"] = 2
        orders.clear()
        assert sandbox.complaints["mine"].complaint_order_info == ({"amount": 1},)

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"complaint_detail": "长" * 301}, "complaint_detail has a length of 301, at most 300"),
            ({"complaint_detail": None}, "complaint_detail must be a string"),
            ({"user_complaint_times": 0}, "user_complaint_times breaks a rule"),
            ({"problem_type": "REFUNDS"}, "problem_type must be one of REFUND"),
            ({"apply_refund_amount": -1}, "apply_refund_amount breaks a rule"),
            ({"apply_refund_amount": 1.5}, "apply_refund_amount must be a whole number"),
            ({"complaint_order_info": [{"id": "1"}]}, "complaint_order_info/0/id does not belong here"),
            ({"complaint_order_info": [datetime(2024, 1, 1, tzinfo=UTC)]}, "cannot be written as JSON"),
            ({"user_tag_list": ["NICE"]}, "user_tag_list/0 must be one of"),
            ({"complaint_time": datetime(2024, 1, 1)}, "complaint_time must be a datetime with a zone"),  # noqa: DTZ001
            ({"complaint_time": "2024-01-01"}, "complaint_time must be a datetime with a zone"),
            ({"payer_phone": "1" * 65}, "payer_phone has a length of 65"),
            ({"in_platform_service": "no"}, "in_platform_service must be true or false"),
        ],
        ids=str,
    )
    def test_fields_that_are_wrong(self, sandbox: Sandbox, given: Any, sentence: str) -> None:
        """A field that the platform could not answer is refused in a sentence, and nothing is added."""
        with pytest.raises(ValueError, match=f"^{sentence}"):
            sandbox.complaint(**given)
        assert sandbox.complaints.keys() == {IMMEDIATE, ORDINARY}

    def test_unknown_field(self, sandbox: Sandbox) -> None:
        """A field that a complaint does not have is a mistake of the caller's program."""
        with pytest.raises(TypeError, match="colour"):
            sandbox.complaint(colour="red")  # type: ignore[call-arg]

    def test_repr(self, sandbox: Sandbox) -> None:
        """What the customer wrote, and who it is, is in no repr."""
        made = sandbox.complaint(complaint_detail="SECRET", payer_phone="SECRET", payer_openid="SECRET")
        sandbox.entry(made.complaint_id, "USER_RESPONSE", details="SECRET")
        assert "SECRET" not in repr(made) + repr(sandbox.history(made.complaint_id))

    def test_unknown(self, merchant: Merchant) -> None:
        """A complaint that there is not is a 404, for its detail and its history."""
        for answered in (merchant.get(f"{COMPLAINTS}/1"), merchant.history("1")):
            assert (answered.status, answered.code) == (404, "RESOURCE_NOT_EXISTS")

    def test_query(self, merchant: Merchant) -> None:
        """The detail has no parameters, and says so."""
        answered = merchant.get(f"{COMPLAINTS}/{IMMEDIATE}?limit=1")
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert (answered.detail["field"], answered.detail["location"]) == ("/limit", "query")


class TestList:
    """The endpoint of many complaints."""

    @pytest.fixture(params=["UTC", "America/New_York", "Pacific/Auckland"])
    def zone(self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """A zone that this machine stands in."""
        monkeypatch.setenv("TZ", request.param)
        if hasattr(time, "tzset"):
            time.tzset()
        yield
        monkeypatch.undo()
        if hasattr(time, "tzset"):
            time.tzset()

    def test_today(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """What was made just now is in the list of Beijing's today."""
        today = sandbox.complaint().complaint_time.astimezone(BEIJING).date().isoformat()
        answered = listed(merchant, today, today)
        merchant.verify(answered)
        assert len(answered.json["data"]) == answered.json["total_count"] == 3
        assert all(document.keys() >= ALWAYS for document in answered.json["data"])

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            ("2024-03-09T15:59:59+00:00", "2024-03-09"),
            ("2024-03-09T16:00:00+00:00", "2024-03-10"),
            ("2024-03-09T00:00:00+08:00", "2024-03-09"),
            ("2024-03-08T23:30:00-05:00", "2024-03-09"),
        ],
    )
    @pytest.mark.usefixtures("zone")
    def test_days_of_beijing(self, sandbox: Sandbox, merchant: Merchant, moment: str, day: str) -> None:
        """A day is a day in Beijing, whatever zone the moment is written in, or this machine stands in."""
        sandbox.complaint("mine", complaint_time=datetime.fromisoformat(moment))
        assert ids(listed(merchant, day, day)) == ["mine"]
        before = (datetime.fromisoformat(day) - timedelta(days=1)).date().isoformat()
        assert ids(listed(merchant, before, before)) == []

    def test_newest_first(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The newest comes first; of the same moment, the one that was added last."""
        for day, name in ((5, "b"), (9, "d"), (1, "a"), (5, "c")):
            sandbox.complaint(name, complaint_time=datetime(2024, 3, day, tzinfo=BEIJING))
        assert ids(listed(merchant)) == ["d", "c", "b", "a"]

    def test_pages(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Pages divide the list, each tells where it is and how many there are, and ten are a page by default."""
        for number in range(12):
            sandbox.complaint(str(number), complaint_time=datetime(2024, 3, 1 + number, tzinfo=BEIJING))
        first = listed(merchant).json
        assert (first["limit"], first["offset"], first["total_count"], len(first["data"])) == (10, 0, 12, 10)
        pages = [listed(merchant, more=f"&limit=5&offset={offset}") for offset in (0, 5, 10, 15)]
        assert [len(page.json["data"]) for page in pages] == [5, 5, 2, 0]
        assert [one for page in pages for one in ids(page)] == [str(number) for number in reversed(range(12))]
        assert {page.json["total_count"] for page in pages} == {12}
        assert pages[1].json["offset"] == 5

    def test_merchant(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A service provider sees the complaints about each of its merchants, or about one."""
        when = datetime(2024, 3, 1, tzinfo=BEIJING)
        sandbox.complaint("own", complaint_time=when)
        sandbox.complaint("other", complaint_time=when, complainted_mchid="1900013511")
        assert ids(listed(merchant)) == ["other", "own"]
        answered = listed(merchant, more="&complainted_mchid=1900013511")
        assert (ids(answered), answered.json["total_count"]) == (["other"], 1)

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("", "begin_date"),
            ("begin_date=2024-03-01", "end_date"),
            ("begin_date=2024-3-1&end_date=2024-03-02", "begin_date"),
            ("begin_date=20240301&end_date=2024-03-02", "begin_date"),
            ("begin_date=2024-02-30&end_date=2024-03-02", "begin_date"),
            ("begin_date=2024-03-01&end_date=2024-02-29", "end_date"),
            ("begin_date=2024-03-01&end_date=2024-04-01", "end_date"),
            ("begin_date=2024-03-01&end_date=2024-03-02&limit=0", "limit"),
            ("begin_date=2024-03-01&end_date=2024-03-02&limit=51", "limit"),
            ("begin_date=2024-03-01&end_date=2024-03-02&limit=%2B5", "limit"),
            ("begin_date=2024-03-01&end_date=2024-03-02&limit=", "limit"),
            ("begin_date=2024-03-01&end_date=2024-03-02&limit=5&limit=5", "limit"),
            ("begin_date=2024-03-01&end_date=2024-03-02&offset=-1", "offset"),
            ("begin_date=2024-03-01&end_date=2024-03-02&offset=" + "9" * 5000, "offset"),
            ("begin_date=2024-03-01&end_date=2024-03-02&offset=%D9%A3", "offset"),
            ("begin_date=2024-03-01&end_date=2024-03-02&complainted_mchid=", "complainted_mchid"),
            ("begin_date=2024-03-01&end_date=2024-03-02&complainted_mchid=" + "1" * 65, "complainted_mchid"),
            ("begin_date=2024-03-01&end_date=2024-03-02&page=1", "page"),
            ("begin_date=2024-03-01&end_date=2024-03-02&a~%2Fb=1", "a~0~1b"),
        ],
    )
    def test_query(self, merchant: Merchant, query: str, field: str) -> None:
        """A parameter that is missing, unknown, doubled or wrong is named."""
        answered = merchant.get(f"{COMPLAINTS}?{query}".rstrip("?"))
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert (answered.detail["field"], answered.detail["location"]) == (f"/{field}", "query")

    @settings(max_examples=100)
    @given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60), st.booleans())
    def test_arbitrary(self, merchant: Merchant, query: str, begun: bool) -> None:
        """No query makes the sandbox fail."""
        begin = "begin_date=2024-03-01&end_date=2024-03-02&" if begun else "a"
        assert merchant.get(f"{COMPLAINTS}?{begin}{query.replace('#', '')}").status in (200, 400)

    def test_not_utf_8(self, merchant: Merchant) -> None:
        """A query that is no text is refused."""
        answered = merchant.get(f"{COMPLAINTS}?begin_date=%FF")
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")

    def test_longest(self, merchant: Merchant) -> None:
        """Thirty days apart is taken, and so is the largest page."""
        assert listed(merchant, "2024-03-01", "2024-03-31", "&limit=50").status == 200


class TestHistory:
    """The endpoint of a complaint's history."""

    def test_as_made(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A history begins with the customer's complaint, in the customer's words."""
        complaint = sandbox.complaint(
            complaint_detail="没收到货", complaint_media_list=[{"media_type": "USER_COMPLAINT_IMAGE", "media_url": []}]
        )
        answered = merchant.history(complaint.complaint_id)
        merchant.verify(answered)
        (entry,) = answered.json["data"]
        assert entry.keys() >= {"log_id", "operator", "operate_time", "operate_type"}
        assert (entry["operate_type"], entry["operate_details"]) == ("USER_CREATE_COMPLAINT", "没收到货")
        assert entry["complaint_media_list"] == {"media_type": "USER_COMPLAINT_IMAGE", "media_url": []}
        assert entry["operate_time"] == complaint.complaint_time.isoformat(timespec="seconds")

    def test_of_a_merchant(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Each thing that the merchant does is an entry, the newest first, a reply under the log_id of its answer."""
        body = merchant.rich(message={"blocks": [{"type": "TEXT", "text": {"text": "您好"}}], "custom_data": "t=1"})
        log_id = merchant.reply_richly(body).json["log_id"]
        merchant.reply_richly(body)
        merchant.reply(merchant.plain(response_content="已退款"))
        merchant.complete()
        merchant.complete()
        entries = merchant.history().json["data"]
        assert [entry["operate_type"] for entry in entries] == [
            "MERCHANT_CONFIRM_COMPLETE",
            "MERCHANT_RESPONSE",
            "MERCHANT_RESPONSE",
            "USER_CREATE_COMPLAINT",
        ]
        assert (entries[2]["log_id"], entries[2]["normal_message"]) == (log_id, body["message"])
        assert (entries[1]["log_id"], entries[1]["operate_details"]) == (sandbox.replies[1].log_id, "已退款")
        assert "normal_message" not in entries[1]

    def test_uploaded_picture(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """An uploaded picture of a plain reply is shown at a pre-signed address; a made-up id has none."""
        upload = sandbox._state.add_upload("a.png", b"\x89PNG\r\n\x1a\n")
        merchant.reply(merchant.plain(response_images=[upload.media_id, "made-up"]))
        (url,) = merchant.history().json["data"][0]["image_list"]
        assert url.startswith("http://localhost:")
        merchant.reply(merchant.plain(response_images=["made-up"]))
        assert "image_list" not in merchant.history().json["data"][0]

    def test_entry(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A test can say what the customer did, and when; a tap says on what."""
        click = {"message_content": "转人工", "action_id": "a", "clicked_log_id": "1"}
        when = datetime(2030, 1, 1, tzinfo=UTC)
        made = sandbox.entry(IMMEDIATE, "USER_CLICK_RESPONSE", click_message=click, operate_time=when)
        entry = merchant.history().json["data"][0]
        assert entry == {
            "log_id": made.log_id,
            "operator": "投诉人",
            "operate_time": "2030-01-01T08:00:00+08:00",
            "operate_type": "USER_CLICK_RESPONSE",
            "click_message": click,
        }
        assert sandbox.history(IMMEDIATE)[-1] == made

    def test_more(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Whatever else an entry has goes over the wire as it is, of types that nobody has heard of too."""
        sandbox.entry(
            IMMEDIATE,
            "SOMETHING_NEW",
            details="a",
            normal_message={"blocks": [{"type": "VIDEO"}]},
            image_list=["https://h/1"],
            operator="某人",
            user_appy_platform_service_reason="b",
        )
        entry = merchant.history().json["data"][0]
        assert entry["normal_message"] == {"blocks": [{"type": "VIDEO"}]}
        assert (entry["operator"], entry["operate_details"], entry["image_list"]) == ("某人", "a", ["https://h/1"])
        assert entry["user_appy_platform_service_reason"] == "b"

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"complaint_id": "1"}, "there is no complaint '1'"),
            ({"operate_type": ""}, "operate_type must be a name"),
            ({"details": None}, "details must be a str"),
            ({"image_list": "https://h"}, "image_list must be addresses"),
            ({"operate_time": datetime(2024, 1, 1)}, "operate_time must be a datetime with a zone"),  # noqa: DTZ001
            ({"click_message": {1, 2}}, "cannot be written as JSON"),
        ],
        ids=str,
    )
    def test_entry_that_is_wrong(self, sandbox: Sandbox, given: Any, sentence: str) -> None:
        """An entry that could not be is refused in a sentence, and is not added."""
        arguments: dict[str, Any] = {"complaint_id": IMMEDIATE, "operate_type": "USER_RESPONSE"} | given
        with pytest.raises(ValueError, match=f"^{sentence}"):
            sandbox.entry(**arguments)
        assert len(sandbox.history(IMMEDIATE)) == 1

    def test_no_history(self, sandbox: Sandbox) -> None:
        """A complaint that there is not has no history."""
        with pytest.raises(ValueError, match="there is no complaint '1'"):
            sandbox.history("1")

    def test_pages(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A hundred are a page by default; how many there are is told with the first page only."""
        for number in range(120):
            sandbox.entry(IMMEDIATE, "USER_RESPONSE", details=str(number))
        first = merchant.history().json
        assert (first["limit"], first["offset"], first["total_count"], len(first["data"])) == (100, 0, 121, 100)
        assert first["data"][0]["operate_details"] == "119"
        second = merchant.history(query="?limit=300&offset=119").json
        assert "total_count" not in second
        assert [entry["operate_type"] for entry in second["data"]] == ["USER_RESPONSE", "USER_CREATE_COMPLAINT"]

    @pytest.mark.parametrize("query", ["limit=301", "limit=0", "offset=x", "begin_date=2024-03-01"])
    def test_query(self, merchant: Merchant, query: str) -> None:
        """A parameter that is unknown or wrong is named."""
        answered = merchant.history(query=f"?{query}")
        assert (answered.status, answered.code) == (400, "PARAM_ERROR")
        assert answered.detail["field"] == "/" + query.partition("=")[0]


class TestTogether:
    """Reading while others write."""

    def test_threads(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Sixteen threads reply, read and complete: each page is whole, and no entry is lost or doubled."""

        def work(number: int) -> int:
            if number % 3 == 0:
                return merchant.reply(merchant.plain(response_content=str(number))).status
            return merchant.history().status if number % 3 == 1 else merchant.complete().status

        with ThreadPoolExecutor(16) as pool:
            assert set(pool.map(work, range(96))) == {200, 204}
        entries = sandbox.history(IMMEDIATE)
        kinds = Counter(entry.operate_type for entry in entries)
        assert kinds == {"USER_CREATE_COMPLAINT": 1, "MERCHANT_RESPONSE": 32, "MERCHANT_CONFIRM_COMPLETE": 1}
        assert len({entry.log_id for entry in entries}) == 34


class TestLargestPage:
    """Pages that are too large for the platform."""

    def test_complaints(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """A larger page is refused in the platform's words, also where it is the default; a smaller one is not."""
        sandbox.largest_page(complaints=5)
        for answered in (listed(merchant), listed(merchant, more="&limit=6")):
            assert (answered.status, answered.code) == (400, "INVALID_REQUEST")
            assert answered.json == {"code": "INVALID_REQUEST", "message": "当前查询结果数据量过大"}
        assert listed(merchant, more="&limit=5").status == 200
        assert merchant.history().status == 200

    def test_history(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """The same goes for histories; a reset undoes it."""
        sandbox.largest_page(history=20)
        assert merchant.history().json["message"] == "当前查询结果数据量过大"
        assert merchant.history(query="?limit=20").status == 200
        sandbox.reset()
        assert merchant.history().status == 200

    @pytest.mark.parametrize("limit", [0, -1, True, "5", 1.0])
    def test_wrong(self, sandbox: Sandbox, limit: Any) -> None:
        """A limit is a whole number of at least 1."""
        with pytest.raises(ValueError, match="history must be a whole number of at least 1"):
            sandbox.largest_page(history=limit)
