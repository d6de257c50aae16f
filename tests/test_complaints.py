"""What the platform answers: every documented field is read, and whatever else comes is survived."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

import msgkit
from msgkit import Click, Complaint, HistoryEntry, Message, Notification, UnknownBlock, complaints
from msgkit.complaints import (
    AdditionalInfo,
    AdditionalInfoType,
    Answer,
    ComplaintMedia,
    ComplaintOrder,
    ComplaintState,
    EventType,
    MediaType,
    NotificationAction,
    OperateType,
    Picture,
    ProblemType,
    ReturnAddress,
    ServiceOrder,
    ServiceOrderState,
    SharePowerInfo,
    UserTag,
)
from msgkit.complaints._answer import readable

from .helpers import (
    ABSENT,
    FULL,
    PROTOCOLS,
    SECRET,
    changed,
    fresh,
    pickled,
    places,
    pointers,
    problem,
    refused,
    resolve,
    shown,
)

BEIJING = timezone(timedelta(hours=8))
PHONE = "sGdNeTHMQGlxCWiUyHu6XNO9GCYln2Luv4HhwJzZBfcL12sB"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"

LEAST: dict[str, Any] = {
    "complaint_id": "200201820200101080076610000",
    "complaint_time": "2015-05-20T13:29:35+08:00",
    "complaint_detail": SECRET,
    "complaint_state": "PENDING",
    "complainted_mchid": "1900012181",
    "problem_description": SECRET,
    "complaint_full_refunded": False,
    "incoming_user_response": True,
    "user_complaint_times": 2,
}
"""What is always there in a complaint."""

MEDIA = {
    "media_type": "USER_COMPLAINT_IMAGE",
    "media_url": [
        "https://api.mch.weixin.qq.com/v3/merchant-service/images/a%2Bb%3D",
        "https://api2.mch.weixin.qq.com/b/",
    ],
}

WHOLE: dict[str, Any] = {
    **LEAST,
    "payer_phone": PHONE,
    "payer_openid": OPENID,
    "complaint_order_info": [{"transaction_id": "42000004", "out_trade_no": "2019", "amount": 3}],
    "service_order_info": [{"order_id": "1564", "out_order_no": "1234", "state": "DOING"}],
    "complaint_media_list": [MEDIA],
    "problem_type": "REFUND",
    "apply_refund_amount": 10,
    "user_tag_list": ["TRUSTED", "HIGH_RISK"],
    "additional_info": {
        "type": "SHARE_POWER_TYPE",
        "share_power_info": {
            "return_time": "2015-05-20T13:29:35+08:00",
            "return_address_info": {"return_address": SECRET, "longitude": "113.93", "latitude": "22.52"},
            "is_returned_to_same_machine": False,
        },
    },
    "in_platform_service": True,
    "need_immediate_service": True,
    "is_agent_mode": True,
}
"""A complaint that uses every field."""

LEAST_ENTRY: dict[str, Any] = {
    "log_id": "300285320210322170000071077",
    "operator": SECRET,
    "operate_time": "2015-05-20T13:29:35.120+08:00",
    "operate_type": "USER_CLICK_RESPONSE",
}
"""What is always there in an entry of the history."""

WHOLE_ENTRY: dict[str, Any] = {
    **LEAST_ENTRY,
    "operate_details": SECRET,
    "image_list": ["http://qpic.cn/1?sign=2"],
    "complaint_media_list": MEDIA,
    "user_appy_platform_service_reason": SECRET,
    "user_appy_platform_service_reason_description": SECRET + SECRET,
    "normal_message": FULL,
    "click_message": {"message_content": SECRET, "action_id": "refund:42", "clicked_log_id": "3002"},
}
"""An entry of the history that uses every field."""

LEAST_NOTIFICATION: dict[str, Any] = {
    "id": "300285320210322170000071077",
    "event_type": "COMPLAINT.STATE_CHANGE",
}
"""What is always there in a notification."""

WHOLE_NOTIFICATION: dict[str, Any] = {
    **LEAST_NOTIFICATION,
    "create_time": "2015-05-20T13:29:35.120+08:00",
    "resource_type": "encrypt-resource",
    "summary": SECRET,
    "original_type": "complaint",
    "complaint_id": "200201820200101080076610000",
    "action_type": "USER_RESPONSE",
}
"""A notification that uses every field."""

ANSWERS = [
    (Complaint, LEAST, WHOLE),
    (HistoryEntry, LEAST_ENTRY, WHOLE_ENTRY),
    (Notification, LEAST_NOTIFICATION, WHOLE_NOTIFICATION),
]
DOCUMENTS = [(cls, whole) for cls, _, whole in ANSWERS]
ALWAYS = [(cls, least, key) for cls, least, _ in ANSWERS for key in least]
OPTIONAL = [(cls, whole, key) for cls, least, whole in ANSWERS for key in whole if key not in least]

DEEP: Any = []
for _ in range(3000):
    DEEP = [DEEP]

TIMES = (
    *("tomorrow", "", "2015-05-20", "2015-05-20T13:29:35", "2015-02-29T00:00:00Z", "2015-05-20T13:29:35+25:00"),
    *("0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z", "-001-01-01T00:00:00Z", "99999-01-01T00:00:00Z"),
    *("2015-05-20T13:29:60Z", "2015-05-20T13:29:35\ud83d", "２015-05-20T13:29:35Z", "2" * 100_000),
)
"""What is no time."""

HOSTILE: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**63, 10**5000, 0.5, float("nan"), float("inf")),
    *("", "\ud83d", "\x00", "a" * 10_000, *TIMES),
    *([], {}, [[]], [{}], [None], {"": None}, {"a": {"b": []}}, DEEP, {"a": DEEP}),
)


# Older versions of Hypothesis show all that they draw, and Python shows no number so long and nothing so deep.
SHOWN = [value for value in HOSTILE[:-2] if not isinstance(value, int) or value < 2**64]


def read_or_refused(cls: type[Answer], data: Any) -> Answer | None:
    """Read an answer that may be refused, by a `ValidationError` and nothing else; what is read can be looked at."""
    try:
        made = cls.from_dict(data)
    except msgkit.ValidationError as error:
        shown(error)
        return None
    assert repr(made)
    assert made == cls.from_dict(data)
    assert hash(made) == hash(cls.from_dict(data))
    if isinstance(made, Complaint):
        assert made.complaint_time < made.reply_due < made.handle_due
        assert made.handle_due.astimezone(UTC)
    return made


def classes() -> Iterator[type[Answer]]:
    """All classes of answers."""
    return (cls for cls in vars(complaints).values() if isinstance(cls, type) and issubclass(cls, Answer))


class TestComplaint:
    """A complaint."""

    def test_every_field(self) -> None:
        """Every documented field is read."""
        time = datetime(2015, 5, 20, 13, 29, 35, tzinfo=BEIJING)
        assert Complaint.from_dict(WHOLE) == Complaint(
            complaint_id="200201820200101080076610000",
            complaint_time=time,
            complaint_detail=SECRET,
            complaint_state=ComplaintState.PENDING,
            complainted_mchid="1900012181",
            problem_description=SECRET,
            complaint_full_refunded=False,
            incoming_user_response=True,
            user_complaint_times=2,
            payer_phone=PHONE,
            payer_openid=OPENID,
            complaint_order_info=(ComplaintOrder(transaction_id="42000004", out_trade_no="2019", amount=3),),
            service_order_info=(ServiceOrder(order_id="1564", out_order_no="1234", state=ServiceOrderState.DOING),),
            complaint_media_list=(
                ComplaintMedia(media_type=MediaType.USER_COMPLAINT_IMAGE, media_url=tuple(MEDIA["media_url"])),
            ),
            problem_type=ProblemType.REFUND,
            apply_refund_amount=10,
            user_tag_list=(UserTag.TRUSTED, UserTag.HIGH_RISK),
            additional_info=AdditionalInfo(
                type=AdditionalInfoType.SHARE_POWER_TYPE,
                share_power_info=SharePowerInfo(
                    return_time=time,
                    return_address_info=ReturnAddress(return_address=SECRET, longitude="113.93", latitude="22.52"),
                    is_returned_to_same_machine=False,
                ),
            ),
            in_platform_service=True,
            need_immediate_service=True,
            is_agent_mode=True,
        )

    def test_least(self) -> None:
        """What the platform need not send is None, an empty tuple, or no need of immediate service."""
        complaint = Complaint.from_dict(LEAST)
        absent = {
            name: getattr(complaint, name) for name in attrs.fields_dict(Complaint) if name not in {*LEAST, "_raw"}
        }
        assert set(absent) == {key for cls, _, key in OPTIONAL if cls is Complaint}
        lists = ("complaint_order_info", "service_order_info", "complaint_media_list", "user_tag_list")
        assert absent == dict.fromkeys(absent) | dict.fromkeys(lists, ()) | {"need_immediate_service": False}

    def test_due(self) -> None:
        """A reply is due after 24 hours and the whole after 72, in the zone in which the complaint was told."""
        complaint = Complaint.from_dict(LEAST)
        assert complaint.reply_due.isoformat() == "2015-05-21T13:29:35+08:00"
        assert complaint.handle_due.isoformat() == "2015-05-23T13:29:35+08:00"

    @pytest.mark.parametrize(
        ("written", "read"),
        [
            ("2015-05-20T13:29:35+08:00", datetime(2015, 5, 20, 13, 29, 35, tzinfo=BEIJING)),
            ("2015-05-20T13:29:35.120+08:00", datetime(2015, 5, 20, 13, 29, 35, 120_000, tzinfo=BEIJING)),
            ("2015-05-20T13:29:35Z", datetime(2015, 5, 20, 13, 29, 35, tzinfo=UTC)),
            ("2015-05-20t13:29:35.1z", datetime(2015, 5, 20, 13, 29, 35, 100_000, tzinfo=UTC)),
            ("2015-05-20T13:29:35.123456789Z", datetime(2015, 5, 20, 13, 29, 35, 123_456, tzinfo=UTC)),
            ("2015-05-20T13:29:35-00:30", datetime(2015, 5, 20, 13, 59, 35, tzinfo=UTC)),
        ],
    )
    def test_times(self, written: str, read: datetime) -> None:
        """A time is read with its zone, also with parts of a second or with Z for the zone."""
        complaint = Complaint.from_dict(LEAST | {"complaint_time": written})
        assert complaint.complaint_time == read
        assert complaint.complaint_time.utcoffset() is not None

    @pytest.mark.parametrize("written", [*TIMES, 0, None, date.min], ids=lambda value: ascii(value)[:40])
    def test_no_time(self, written: Any) -> None:
        """What is no time, has no zone, or lies where a day later would be none, is named where one must be."""
        found = problem(Complaint.from_dict, LEAST | {"complaint_time": written})
        assert (found.pointer, found.rule) == ("/complaint_time", "not-a-time")

    def test_no_time_where_none_must_be(self) -> None:
        """What is no time reads as if it were not there, and stays in ``raw``."""
        complaint = Complaint.from_dict(changed(WHOLE, "/additional_info/share_power_info/return_time", "昨天"))
        assert complaint.additional_info is not None
        assert complaint.additional_info.share_power_info is not None
        assert complaint.additional_info.share_power_info.return_time is None
        assert complaint.additional_info.share_power_info.return_address_info is not None
        assert complaint.raw["additional_info"]["share_power_info"]["return_time"] == "昨天"


class TestHistoryEntry:
    """An entry of the negotiation history."""

    def test_every_field(self) -> None:
        """Every documented field is read, the message as a lenient reader of messages does."""
        assert HistoryEntry.from_dict(WHOLE_ENTRY) == HistoryEntry(
            log_id="300285320210322170000071077",
            operator=SECRET,
            operate_time=datetime(2015, 5, 20, 13, 29, 35, 120_000, tzinfo=BEIJING),
            operate_type=OperateType.USER_CLICK_RESPONSE,
            operate_details=SECRET,
            image_list=("http://qpic.cn/1?sign=2",),
            complaint_media_list=(ComplaintMedia.from_dict(MEDIA),),
            platform_service_reason=SECRET,
            platform_service_description=SECRET + SECRET,
            message=Message.from_dict(FULL),
            click=Click(message_content=SECRET, action_id="refund:42", clicked_log_id="3002"),
        )

    def test_least(self) -> None:
        """What the platform need not send is None, or an empty tuple."""
        entry = HistoryEntry.from_dict(LEAST_ENTRY)
        assert (entry.image_list, entry.complaint_media_list) == ((), ())
        assert (entry.message, entry.click, entry.operate_details) == (None, None, None)
        assert (entry.platform_service_reason, entry.platform_service_description) == (None, None)

    def test_media(self) -> None:
        """Pictures come as one object, and would be read as well in a list."""
        entry = HistoryEntry.from_dict(LEAST_ENTRY | {"complaint_media_list": MEDIA})
        assert [media.media_type for media in entry.complaint_media_list] == ["USER_COMPLAINT_IMAGE"]
        assert HistoryEntry.from_dict(LEAST_ENTRY | {"complaint_media_list": [MEDIA]}) == entry

    def test_new_blocks(self) -> None:
        """A block of a type that this version does not know is kept, and so are new words."""
        data = {"blocks": [{"type": "VIDEO", "video": {"a": 1}}], "sender_identity": "ROBOT", "new": True}
        entry = HistoryEntry.from_dict(LEAST_ENTRY | {"normal_message": data})
        assert entry.message is not None
        assert entry.message.find(UnknownBlock)[0].type == "VIDEO"
        assert entry.message.sender_identity == "ROBOT"

    @pytest.mark.parametrize("message", [[], "a", {"blocks": 5}, {"custom_data": 5}], ids=repr)
    def test_no_message(self, message: Any) -> None:
        """What nothing could be made of is no message, and stays in ``raw``."""
        entry = HistoryEntry.from_dict(LEAST_ENTRY | {"normal_message": message})
        assert entry.message is None
        assert entry.raw["normal_message"] == message


class TestNotification:
    """A notification."""

    def test_every_field(self) -> None:
        """Every documented field is read, those of the envelope and those that were encrypted."""
        assert Notification.from_dict(WHOLE_NOTIFICATION) == Notification(
            id="300285320210322170000071077",
            event_type=EventType.COMPLAINT_STATE_CHANGE,
            create_time=datetime(2015, 5, 20, 13, 29, 35, 120_000, tzinfo=BEIJING),
            resource_type="encrypt-resource",
            summary=SECRET,
            original_type="complaint",
            complaint_id="200201820200101080076610000",
            action_type=NotificationAction.USER_RESPONSE,
        )

    def test_least(self) -> None:
        """What the platform need not send is None."""
        notification = Notification.from_dict(LEAST_NOTIFICATION)
        absent = {name: getattr(notification, name) for name in WHOLE_NOTIFICATION if name not in LEAST_NOTIFICATION}
        assert absent == dict.fromkeys(absent)

    def test_misspelt(self) -> None:
        """A word that has come misspelt reads as what it means, and stays in ``raw`` as it came."""
        notification = Notification.from_dict(LEAST_NOTIFICATION | {"action_type": "USER_APPLY_PLATFORM_SERIVCE"})
        assert notification.action_type is NotificationAction.USER_APPLY_PLATFORM_SERVICE
        assert notification.raw["action_type"] == "USER_APPLY_PLATFORM_SERIVCE"

    @pytest.mark.parametrize("wrong", ["", " ", "a" * 65, "a\nb", "\x1b[2J", "\ud83d", 5, None, ["a"]], ids=ascii)
    def test_no_complaint(self, wrong: Any) -> None:
        """What cannot be a complaint's id reads as if it were not there."""
        assert Notification.from_dict(WHOLE_NOTIFICATION | {"complaint_id": wrong}).complaint_id is None


class TestReading:
    """Reading what the platform answers."""

    @pytest.mark.parametrize(("cls", "whole"), DOCUMENTS)
    def test_new_fields(self, cls: type[Answer], whole: dict[str, Any]) -> None:
        """Fields that this version does not know are passed over, wherever they stand, and stay in ``raw``."""
        for place in places(whole):
            # A message has a reader of its own.
            if isinstance(resolve(whole, place), dict) and "normal_message" not in place:
                data = changed(whole, f"{place}/brand_new", {"a": 1})
                assert cls.from_dict(data) == cls.from_dict(whole)
                assert cls.from_dict(data).raw == data

    @pytest.mark.parametrize(("cls", "least", "key"), ALWAYS)
    def test_missing(self, cls: type[Answer], least: dict[str, Any], key: str) -> None:
        """What is always there is named where it is missing, or null, or of another type."""
        found = problem(cls.from_dict, changed(least, f"/{key}", ABSENT))
        assert (found.pointer, found.rule) == (f"/{key}", "missing")
        others: tuple[Any, ...] = (None, [], {}, 0.5, float("nan"), 10**5000)
        for wrong in others:
            assert problem(cls.from_dict, least | {key: wrong}).pointer == f"/{key}"

    @pytest.mark.parametrize("cls", [cls for cls, _ in DOCUMENTS])
    def test_all_at_once(self, cls: type[Answer]) -> None:
        """Everything that is missing is named together."""
        assert pointers(cls.from_dict, {}) == sorted(f"/{key}" for each, _, key in ALWAYS if each is cls)

    @pytest.mark.parametrize("wrong", [None, [], "a", 5, b"{}"], ids=repr)
    def test_no_object(self, wrong: Any) -> None:
        """What is no object is refused as a whole."""
        for cls in classes():
            found = problem(cls.from_dict, wrong)
            assert (found.pointer, found.rule) == ("", "wrong-type")

    @pytest.mark.parametrize(("cls", "whole", "key"), OPTIONAL)
    def test_optional(self, cls: type[Answer], whole: dict[str, Any], key: str) -> None:
        """What need not be there is, where it is of another type, as if it were not."""
        without = cls.from_dict(changed(whole, f"/{key}", ABSENT))
        for wrong in (None, 0.5, float("nan"), DEEP if isinstance(whole[key], (str, int, dict)) else "a"):
            data = whole | {key: wrong}
            assert cls.from_dict(data) == without
        assert without != cls.from_dict(whole)

    def test_numbers(self) -> None:
        """True and false are no numbers, numbers are neither, and one is not so large that it could not be shown."""
        for wrong in (True, False, "10", 10.0, 2**63, -(2**63) - 1, 10**5000):
            assert Complaint.from_dict(LEAST | {"apply_refund_amount": wrong}).apply_refund_amount is None
        for wrong in (0, 1, "true", "false"):
            assert Complaint.from_dict(LEAST | {"is_agent_mode": wrong}).is_agent_mode is None
            assert Complaint.from_dict(LEAST | {"need_immediate_service": wrong}).need_immediate_service is False

    def test_entries(self) -> None:
        """Of a list, what can be read is read."""
        data = {
            "complaint_order_info": [5, {"amount": 3}, None, {"amount": "3"}],
            "user_tag_list": [["TRUSTED"], "VIP"],
        }
        complaint = Complaint.from_dict(LEAST | data)
        assert complaint.complaint_order_info == (ComplaintOrder(amount=3), ComplaintOrder())
        assert complaint.user_tag_list == ("VIP",)

    @pytest.mark.parametrize(
        ("cls", "whole", "place"),
        [
            (Complaint, WHOLE, "/complaint_state"),
            (Complaint, WHOLE, "/problem_type"),
            (Complaint, WHOLE, "/user_tag_list/0"),
            (Complaint, WHOLE, "/service_order_info/0/state"),
            (Complaint, WHOLE, "/complaint_media_list/0/media_type"),
            (Complaint, WHOLE, "/additional_info/type"),
            (HistoryEntry, WHOLE_ENTRY, "/operate_type"),
            (Notification, WHOLE_NOTIFICATION, "/event_type"),
            (Notification, WHOLE_NOTIFICATION, "/action_type"),
        ],
    )
    @pytest.mark.parametrize("word", ["BRAND_NEW", "pending", "", "\ud83d"], ids=ascii)
    def test_new_words(self, cls: type[Answer], whole: dict[str, Any], place: str, word: str) -> None:
        """A word that an enum does not have, to the letter, stays the string that it is."""
        made: Any = cls.from_dict(changed(whole, place, word))
        for key in place.split("/")[1:]:
            made = made[int(key)] if isinstance(made, tuple) else getattr(made, key)
        assert (type(made), made) == (str, word)

    @pytest.mark.parametrize(("cls", "whole"), DOCUMENTS)
    def test_hostile(self, cls: type[Answer], whole: dict[str, Any]) -> None:
        """Whatever stands wherever, it is read or refused, and what was read can be looked at."""
        for place in places(whole):
            if not place.startswith("/normal_message/"):
                for value in HOSTILE:
                    read_or_refused(cls, changed(whole, place, value))

    @given(st.data())
    def test_anything(self, data: st.DataObject) -> None:
        """JSON at random under the wire's own keys is read or refused."""
        cls, whole = data.draw(st.sampled_from(DOCUMENTS))
        values = st.recursive(
            st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text()
            | st.sampled_from(range(len(SHOWN))).map(SHOWN.__getitem__),
            lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*WHOLE, "amount", "blocks"]), inner),
            max_leaves=8,
        )
        read_or_refused(cls, whole | data.draw(st.dictionaries(st.sampled_from(list(whole)), values)))

    def test_keys(self) -> None:
        """Keys that are no strings are passed over."""
        odd: Any = {5: 6, None: 7, ("a",): 8}
        assert Complaint.from_dict(LEAST | odd) == Complaint.from_dict(LEAST)


class TestValue:
    """An answer is a value."""

    @pytest.mark.parametrize(("cls", "whole"), DOCUMENTS)
    def test_same(self, cls: type[Answer], whole: dict[str, Any]) -> None:
        """Copies and what comes back from a pickle equal the original, hash like it, and have its JSON."""
        made = cls.from_dict(whole)
        copies = (copy.copy(made), copy.deepcopy(made), *(pickled(made, protocol) for protocol in PROTOCOLS))
        for same in (*copies, cls.from_dict(fresh(whole))):
            assert same == made
            assert hash(same) == hash(made)
            assert same.raw == whole

    @pytest.mark.parametrize(("cls", "whole"), DOCUMENTS)
    def test_frozen(self, cls: type[Answer], whole: dict[str, Any]) -> None:
        """No field can be changed and none added."""
        made = cls.from_dict(whole)
        for name in (*attrs.fields_dict(cls), "raw", "another"):
            with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
                setattr(made, name, None)

    @pytest.mark.parametrize(("cls", "whole"), DOCUMENTS)
    def test_raw(self, cls: type[Answer], whole: dict[str, Any]) -> None:
        """``raw`` is the JSON as it came, a copy each time, so that nobody changes what others see."""
        made = cls.from_dict(whole)
        assert json.dumps(made.raw) == json.dumps(whole)
        made.raw.clear()
        for value in made.raw.values():
            if isinstance(value, (list, dict)):
                value.clear()
        assert made.raw == whole

    def test_raw_counts_for_nothing(self) -> None:
        """What this version does not know makes no difference: it is not compared."""
        new = Complaint.from_dict(WHOLE | {"new": 1})
        assert new == Complaint.from_dict(WHOLE)
        assert len({new, Complaint.from_dict(WHOLE)}) == 1

    def test_parts_too(self) -> None:
        """A part keeps what is new in it."""
        (order,) = Complaint.from_dict(LEAST | {"complaint_order_info": [{"amount": 3, "new": 1}]}).complaint_order_info
        assert order.raw == {"amount": 3, "new": 1}

    @pytest.mark.parametrize(("cls", "whole"), DOCUMENTS)
    def test_silent(self, cls: type[Answer], whole: dict[str, Any]) -> None:
        """The representation shows neither phone nor OpenID, nor anybody's words or pictures."""
        said = repr(cls.from_dict(whole)) + str(cls.from_dict(whole))
        for hidden in (PHONE, OPENID, "payer_phone", "payer_openid", SECRET, "113.93", "sign=2", "a%2Bb", "raw"):
            assert hidden not in said
        assert ("200201820200101080076610000" if cls is Complaint else "300285320210322170000071077") in said

    @pytest.mark.parametrize(("cls", "least", "key"), ALWAYS)
    def test_errors_are_silent(self, cls: type[Answer], least: dict[str, Any], key: str) -> None:
        """No error shows what it complains about, nor what stands beside it."""
        assert SECRET not in shown(refused(cls.from_dict, least | {key: [SECRET]}))


class TestEnums:
    """The words of the platform."""

    @pytest.mark.parametrize(
        "enum", [each for each in vars(complaints).values() if isinstance(each, type) and issubclass(each, StrEnum)]
    )
    def test_names(self, enum: type[StrEnum]) -> None:
        """A member is called what the wire calls it, to the letter, misspelt or not; no name can have a dot."""
        assert enum.__members__ == {member.value.replace(".", "_"): member for member in enum}

    def test_operate_types(self) -> None:
        """There are those that the documentation lists, and those that older answers hold."""
        assert len(OperateType) == 25 + 4
        assert {"USER_COMFIRM_COMPLAINT", "MERCHANT_REFUSE_RERUND", "USER_APPLY_PLATFORM_SERIVCE"} <= set(OperateType)

    def test_notifications(self) -> None:
        """Notifications are of the kinds that the documentation lists."""
        assert list(EventType) == ["COMPLAINT.CREATE", "COMPLAINT.STATE_CHANGE", "SECURITY_ECHO.SUCCESS"]
        assert len(NotificationAction) == 13

    def test_others(self) -> None:
        """There are those that the documentation lists."""
        assert list(ComplaintState) == ["PENDING", "PROCESSING", "PROCESSED"]
        assert list(ProblemType) == ["REFUND", "SERVICE_NOT_WORK", "OTHERS"]
        assert list(UserTag) == ["TRUSTED", "HIGH_RISK"]
        assert list(ServiceOrderState) == ["DOING", "REVOKED", "WAITPAY", "DONE", "CREATED", "EXPIRED"]
        assert list(MediaType) == ["USER_COMPLAINT_IMAGE", "OPERATION_IMAGE"]
        assert list(AdditionalInfoType) == ["SHARE_POWER_TYPE"]


class TestDeclaration:
    """A class says its fields, and all else is derived."""

    @pytest.mark.parametrize(
        ("type_", "default"),
        [
            (float, 0.0),
            (Any, None),
            (dict[str, str], None),
            (list[str], ()),
            (tuple[str, int], ()),
            (tuple[tuple[str, ...], ...], ()),
            (tuple[float, ...], ()),
            (str | int, None),
            (Picture, None),
            (Picture | None, None),
            (str | None, attrs.NOTHING),
            (tuple[str, ...], attrs.NOTHING),
            (Click, attrs.NOTHING),
        ],
        ids=repr,
    )
    def test_unreadable(self, type_: Any, default: Any) -> None:
        """A field that nobody can read, or that may be missing without a default, fails where it is declared."""
        fields = {"odd": attrs.field(type=type_, default=default)}
        cls = attrs.make_class("Odd", fields, bases=(Answer,), frozen=True, slots=True, kw_only=True)
        with pytest.raises(TypeError, match=r"^Odd\.odd"):
            readable(cls)

    def test_unreadable_within(self) -> None:
        """It fails too where it lies deeper."""
        inner = attrs.make_class("Inner", {"odd": attrs.field(type=float, default=0.0)}, bases=(Answer,), frozen=True)
        outer = attrs.make_class("Outer", {"part": attrs.field(type=inner, default=None)}, bases=(Answer,), frozen=True)
        with pytest.raises(TypeError, match=r"^Outer\.part: Inner\.odd"):
            readable(outer)

    def test_new_field(self) -> None:
        """A field that is declared is read."""
        fields = {"media": attrs.field(type=tuple[ComplaintMedia, ...], default=())}
        cls: Any = readable(attrs.make_class("New", fields, bases=(Answer,), frozen=True, slots=True, kw_only=True))
        assert cls.from_dict({"media": [MEDIA, 5]}).media == (ComplaintMedia.from_dict(MEDIA),)

    def test_all_public(self) -> None:
        """Every class of answers says what each of its fields is."""
        for cls in classes():
            for field in attrs.fields(cls):
                assert field.name == "_raw" or f"        {field.name}: " in (cls.__doc__ or ""), (cls, field.name)


class TestPicture:
    """A picture that was downloaded."""

    @pytest.mark.parametrize(
        ("content", "media_type"),
        [
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
            (b"BM\x36\0\0\0", "image/bmp"),
            (b"GIF87a\1\0", "image/gif"),
            (b"GIF89a\1\0", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "application/octet-stream"),
            (b"RIFF", "application/octet-stream"),
            (b"\x89PNG\n\x1a\n", "application/octet-stream"),
            (b"<html>", "application/octet-stream"),
            (b"", "application/octet-stream"),
        ],
    )
    def test_type(self, content: bytes, media_type: str) -> None:
        """Its first bytes tell its type."""
        assert Picture.of(content) == Picture(content, media_type)

    def test_silent(self) -> None:
        """The representation shows its size, and not its bytes."""
        assert repr(Picture.of(b"GIF89a")) == "Picture(content=<6 bytes>, media_type='image/gif')"

    def test_value(self) -> None:
        """Copies and what comes back from a pickle equal the original and hash like it."""
        picture = Picture.of(b"GIF89a")
        for same in (copy.copy(picture), copy.deepcopy(picture), *(pickled(picture, each) for each in PROTOCOLS)):
            assert same == picture
            assert hash(same) == hash(picture)
