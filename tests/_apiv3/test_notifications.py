"""Notifications: what is believed, whatever shape it comes in, and what is refused, by the check that it fails."""

import base64
import email.message
import json
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import starlette.datastructures
from hypothesis import given, settings, strategies as st
from requests.structures import CaseInsensitiveDict

from msgkit import Notification, NotificationVerificationError
from msgkit._apiv3.notifications import read
from msgkit._apiv3.verification import Verifier
from msgkit.complaints import LARGEST_NOTIFICATION, EventType, NotificationAction
from tests.helpers import ABSENT, SECRET
from tests.network import IMMEDIATE, PUBLIC_KEY_ID, merchant_key, platform_key
from tests.notices import CONTENT, NONCE, Notice, Platform

APIV3_KEY = b"0123456789abcdef0123456789ABCDEF"
OTHER_KEY = APIV3_KEY[::-1]
SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
PLATFORM = Platform(PUBLIC_KEY_ID, platform_key(), APIV3_KEY)
VERIFIER = Verifier({PUBLIC_KEY_ID: platform_key().public_key()})


def parse(headers: Any, body: Any) -> Notification:
    """Read a notification."""
    return read(headers, body, VERIFIER, APIV3_KEY)


def refused(headers: Any, body: Any) -> NotificationVerificationError:
    """The error of a notification that must be refused, which shows nothing of it."""
    with pytest.raises(NotificationVerificationError) as caught:
        parse(headers, body)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 500
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    for secret in (SECRET, IMMEDIATE, "EV-2018", "nonce\n", "产生新投诉", NONCE, APIV3_KEY.decode()):
        assert secret not in shown
    assert json.loads(caught.value.answer[1])["code"] == "FAIL"
    return caught.value


def tried(headers: Any, body: bytes) -> Notification | NotificationVerificationError:
    """What becomes of a notification."""
    try:
        return parse(headers, body)
    except NotificationVerificationError as error:
        return error


def of(body: bytes | str) -> tuple[dict[str, str], Any]:
    """A body of any kind, rightly signed."""
    return PLATFORM.signed(body.encode(errors="surrogatepass") if isinstance(body, str) else body), body


def sealed(content: object = CONTENT, **changed: Any) -> Notice:
    """A notification whose encrypted part is as it should be, but for what is changed."""
    return PLATFORM.notice(resource=PLATFORM.resource(content, **changed))


def headers_with(**replaced: str) -> Notice:
    """A notification, some of whose headers are replaced."""
    _, body = PLATFORM.notice()
    return PLATFORM.signed(body, **replaced), body


def headers_without(name: str) -> Notice:
    """A notification that lacks a header."""
    headers, body = PLATFORM.notice()
    del headers[name]
    return headers, body


def timed(off: int) -> Notice:
    """A notification that was signed some seconds from now."""
    _, body = PLATFORM.notice()
    return PLATFORM.signed(body, int(time.time()) + off), body


def pairs_with(*more: tuple[str, str]) -> tuple[list[tuple[str, str]], bytes]:
    """A notification with more headers."""
    headers, body = PLATFORM.notice()
    return [*headers.items(), *more], body


def changed_body(change: Callable[[bytes], bytes]) -> Notice:
    """A notification that was changed on its way."""
    headers, body = PLATFORM.notice()
    return headers, change(body)


def flipped(text: str) -> str:
    """A ciphertext with one bit changed."""
    data = bytearray(base64.b64decode(text))
    data[0] ^= 1
    return base64.b64encode(data).decode()


LARGE = b" " * (LARGEST_NOTIFICATION + 1)
RIGHT = str(PLATFORM.resource()["ciphertext"])

BAD: dict[str, tuple[str, Callable[[], Any]]] = {
    "larger than any": ("size", lambda: of(LARGE)),
    "larger as text": ("size", lambda: of("中" * (LARGEST_NOTIFICATION // 3 + 1))),
    "larger as text without bytes": ("size", lambda: of("\ud800" * (LARGEST_NOTIFICATION // 3 + 1))),
    "larger as memory": ("size", lambda: ({}, memoryview(LARGE))),
    "larger in wide items": ("size", lambda: ({}, memoryview(LARGE[:-1] * 2).cast("Q"))),
    "larger and without headers": ("size", lambda: ({}, LARGE)),
    "no headers": ("headers", lambda: ({}, PLATFORM.notice()[1])),
    "no headers and no body": ("headers", lambda: ([], b"")),
    "no timestamp": ("headers", lambda: headers_without("Wechatpay-Timestamp")),
    "no nonce": ("headers", lambda: headers_without("Wechatpay-Nonce")),
    "no signature": ("headers", lambda: headers_without("Wechatpay-Signature")),
    "no serial": ("headers", lambda: headers_without("Wechatpay-Serial")),
    "empty nonce": ("headers", lambda: headers_with(nonce="")),
    "blank serial": ("headers", lambda: headers_with(serial=" \t ")),
    "two signatures": ("headers", lambda: pairs_with(("Wechatpay-Signature", "AAAA"))),
    "two serials in two cases": ("headers", lambda: pairs_with(("WECHATPAY-SERIAL", SERIAL))),
    "header and environ": ("headers", lambda: pairs_with(("HTTP_WECHATPAY_NONCE", "other"))),
    "an environ's spelling in a header": ("headers", lambda: ({"Wechatpay_Serial": "a", "Wechatpay_Nonce": "b"}, b"")),
    "old": ("timestamp", lambda: timed(-302)),
    "from the future": ("timestamp", lambda: timed(302)),
    "no time": ("timestamp", lambda: headers_with(timestamp="now")),
    "negative time": ("timestamp", lambda: headers_with(timestamp="-1")),
    "fraction of a time": ("timestamp", lambda: headers_with(timestamp="1700000000.5")),
    "endless time": ("timestamp", lambda: headers_with(timestamp="9" * 5000)),
    "old and of an unknown key": ("timestamp", lambda: (PLATFORM.signed(b"{}", 1, serial=SERIAL), b"{}")),
    "unknown certificate": ("serial", lambda: headers_with(serial=SERIAL)),
    "unknown public key": ("serial", lambda: headers_with(serial="PUB_KEY_ID_0000")),
    "serial that is none": ("serial", lambda: headers_with(serial="\x1b[2J中\ud800")),
    "endless serial": ("serial", lambda: headers_with(serial="A" * 100_000)),
    "unknown key's probe": ("serial", lambda: headers_with(serial=SERIAL, signature="WECHATPAY/SIGNTEST/AAAA")),
    "probe": ("probe", lambda: headers_with(signature="WECHATPAY/SIGNTEST/AAAA")),
    "another's signature": (
        "signature",
        lambda: (Platform(PUBLIC_KEY_ID, merchant_key(), APIV3_KEY).signed(b"{}"), b"{}"),
    ),
    "signature of another body": ("signature", lambda: changed_body(lambda body: body.replace(b"2018", b"2019"))),
    "written again": ("signature", lambda: changed_body(lambda body: json.dumps(json.loads(body), indent=1).encode())),
    "one byte more": ("signature", lambda: changed_body(lambda body: body + b"\n")),
    "body lost": ("signature", lambda: changed_body(lambda _: b"")),
    "another nonce": ("signature", lambda: headers_with(nonce="other")),
    "signature of nothing": ("signature", lambda: headers_with(signature="AAAA")),
    "signature not in base64": ("signature", lambda: headers_with(signature="中文!")),
    "bytes beyond latin": ("signature", lambda: ([(b"Wechatpay-Nonce", b"\xff\x00"), *_pairs_without("Nonce")], b"{}")),
    "forged and no JSON": ("signature", lambda: changed_body(lambda _: b"[" * 60_000)),
    "no JSON": ("json", lambda: of(b"<xml></xml>")),
    "empty": ("json", lambda: of(b"")),
    "list": ("json", lambda: of(b"[]")),
    "null": ("json", lambda: of(b"null")),
    "not in UTF-8": ("json", lambda: of(b'{"id":"\xff"}')),
    "text without bytes": ("json", lambda: of('{"id":"\ud83d"}')),
    "deep": ("json", lambda: of(b"[" * 60_000)),
    "deep in an object": ("json", lambda: of(b'{"a":' * 13_000)),
    "number without end": ("json", lambda: of(b'{"a":' + b"9" * 60_000 + b"}")),
    "cut off": ("json", lambda: of(PLATFORM.notice()[1][:-1])),
    "no id": ("shape", lambda: PLATFORM.notice(id=ABSENT)),
    "empty id": ("shape", lambda: PLATFORM.notice(id="")),
    "id of 65 characters": ("shape", lambda: PLATFORM.notice(id="a" * 65)),
    "number for an id": ("shape", lambda: PLATFORM.notice(id=5)),
    "id that forges a line": ("shape", lambda: PLATFORM.notice(id="a\nb")),
    "id of half a character": ("shape", lambda: PLATFORM.notice(id="\ud83d")),
    "no event": ("shape", lambda: PLATFORM.notice(event_type=ABSENT)),
    "list of events": ("shape", lambda: PLATFORM.notice(event_type=["COMPLAINT.CREATE"])),
    "no resource": ("shape", lambda: PLATFORM.notice(resource=ABSENT)),
    "resource is null": ("shape", lambda: PLATFORM.notice(resource=None)),
    "text for a resource": ("shape", lambda: PLATFORM.notice(resource=RIGHT)),
    "an answer, not a notification": ("shape", lambda: of(b'{"log_id":"300285320210322170000071077"}')),
    "another cipher": ("decryption", lambda: sealed(algorithm="AEAD_SM4_GCM")),
    "no cipher": ("decryption", lambda: sealed(algorithm=ABSENT)),
    "no nonce of the cipher": ("decryption", lambda: sealed(nonce=ABSENT)),
    "short nonce of the cipher": ("decryption", lambda: sealed(nonce="short")),
    "nonce of half characters": ("decryption", lambda: sealed(nonce="\ud83d" * 12)),
    "no ciphertext": ("decryption", lambda: sealed(ciphertext=ABSENT)),
    "empty ciphertext": ("decryption", lambda: sealed(ciphertext="")),
    "ciphertext not in base64": ("decryption", lambda: sealed(ciphertext="中文")),
    "ciphertext changed": ("decryption", lambda: sealed(ciphertext=flipped(RIGHT))),
    "other associated data": ("decryption", lambda: sealed(associated_data="other")),
    "list of associated data": ("decryption", lambda: sealed(associated_data=["complaint"])),
    "another merchant's APIv3 key": (
        "decryption",
        lambda: PLATFORM.notice(resource=Platform(PUBLIC_KEY_ID, platform_key(), OTHER_KEY).resource()),
    ),
    "content that is no JSON": ("content", lambda: sealed(SECRET.encode())),
    "content that is a list": ("content", lambda: sealed([CONTENT])),
    "content not in UTF-8": ("content", lambda: sealed(b'{"complaint_id":"\xff"}')),
    "deep content": ("content", lambda: sealed(b"[" * 40_000)),
    "no complaint": ("content", lambda: sealed({"action_type": "CREATE_COMPLAINT"})),
    "number for a complaint": ("content", lambda: sealed({"complaint_id": int(IMMEDIATE)})),
    "complaint is null": ("content", lambda: sealed({"complaint_id": None})),
    "empty complaint": ("content", lambda: sealed({"complaint_id": ""})),
    "complaint of 65 characters": ("content", lambda: sealed({"complaint_id": "2" * 65})),
    "complaint that forges a line": ("content", lambda: sealed({"complaint_id": f"{IMMEDIATE}\n"})),
    "complaint of half a character": ("content", lambda: sealed({"complaint_id": "\ud83d"})),
    "no complaint in a new event": ("content", lambda: PLATFORM.notice({}, event_type="COMPLAINT.BRAND_NEW")),
}
"""Notifications to be refused: the check that they do not pass, and how they are made."""

STATUSES = {"size": 413, "json": 400, "shape": 400, "decryption": 400, "content": 400}


def _pairs_without(name: str) -> list[tuple[str, str]]:
    return [pair for pair in PLATFORM.signed(b"{}").items() if not pair[0].endswith(name)]


class TestBad:
    """What is refused."""

    @pytest.mark.parametrize("name", BAD)
    def test_check(self, name: str) -> None:
        """It is refused by the check that it does not pass, and answered by what that check says."""
        check, make = BAD[name]
        error = refused(*make())
        assert error.check == check
        assert error.answer[0] == STATUSES.get(check, 401)

    @pytest.mark.parametrize("serial", [SERIAL, SERIAL.lower(), "0", "A" * 64])
    def test_unknown_certificate(self, serial: str) -> None:
        """An unknown certificate is told by its serial number, so that certificates can be renewed."""
        error = refused(*headers_with(serial=serial))
        assert (error.check, error.unknown_serial) == ("serial", serial)
        assert serial in str(error)

    @pytest.mark.parametrize("serial", ["PUB_KEY_ID_0000", "A" * 65, "xyz", "中", "5157 F09E", "\x1b[2J", "-1"])
    def test_no_certificate(self, serial: str) -> None:
        """What is no certificate's serial number is not, and nobody renews anything for it."""
        error = refused(*headers_with(serial=serial))
        assert (error.check, error.unknown_serial) == ("serial", None)

    def test_known_by_name_alone(self) -> None:
        """Where the key is known nothing is told to be renewed, whatever else is wrong."""
        assert refused(*headers_with(signature="AAAA")).unknown_serial is None

    def test_clock(self) -> None:
        """The error tells by how much the clocks differ, and what to do."""
        said = str(refused(*timed(-400)))
        assert "-400 seconds" in said or "-401 seconds" in said
        assert "NTP" in said

    def test_cures(self) -> None:
        """Each error says what would mend it."""
        for check, cure in {
            "signature": "not parsed and written again",
            "serial": "platform_certificates=True",
            "headers": "all headers",
            "size": "64 KiB",
            "decryption": "apiv3_key",
            "probe": "nothing is to be mended",
        }.items():
            made = next(make for found, make in BAD.values() if found == check)
            assert cure in str(refused(*made()))


class TestBody:
    """A body in any type that holds it as it came."""

    @pytest.mark.parametrize("convert", [bytes, bytearray, memoryview, bytes.decode], ids=range(4))
    def test_types(self, convert: Any) -> None:
        """Bytes, memory and text are the same; text counts as UTF-8."""
        headers, body = PLATFORM.notice(summary="中文")
        assert parse(headers, convert(body)).complaint_id == IMMEDIATE

    def test_largest(self) -> None:
        """64 KiB are not too many."""
        _, body = PLATFORM.notice()
        whole = body + b" " * (LARGEST_NOTIFICATION - len(body))
        assert parse(PLATFORM.signed(whole), whole).complaint_id == IMMEDIATE
        assert refused(PLATFORM.signed(whole + b" "), whole + b" ").check == "size"

    @pytest.mark.parametrize("wrong", [None, {}, [], 5, {"id": SECRET}, object(), bytes], ids=range(7))
    def test_parsed(self, wrong: Any) -> None:
        """A body that was parsed is the caller's mistake: the error says how frameworks give the bytes."""
        with pytest.raises(TypeError) as caught:
            parse(PLATFORM.notice()[0], wrong)
        for cure in ("request.get_data()", "request.body", "await request.body()", type(wrong).__name__):
            assert cure in str(caught.value)
        assert SECRET not in str(caught.value)


def environ(headers: Mapping[str, str]) -> dict[str, Any]:
    """Headers as WSGI has them, and Django's META."""
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    return {"REQUEST_METHOD": "POST", "wsgi.input": object(), "wsgi.version": (1, 0), **named}


def message(headers: Mapping[str, str]) -> email.message.Message:
    """Headers as `http.server` has them."""
    made = email.message.Message()
    for name, value in headers.items():
        made[name] = value
    return made


def asgi(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def starlette_headers(headers: Mapping[str, str]) -> Any:
    """Headers as Starlette and FastAPI have them."""
    return starlette.datastructures.Headers(raw=asgi(headers))


def werkzeug_headers(headers: Mapping[str, str]) -> Any:
    """Headers as Flask has them."""
    return pytest.importorskip("werkzeug.datastructures").EnvironHeaders(environ(headers))


def django_headers(headers: Mapping[str, str]) -> Any:
    """Headers as Django has them."""
    return pytest.importorskip("django.http.request").HttpHeaders(environ(headers))


SHAPES: list[Callable[[dict[str, str]], Any]] = [
    dict,
    lambda headers: {name.lower(): value for name, value in headers.items()},
    lambda headers: {name.upper(): value for name, value in headers.items()},
    lambda headers: {name.swapcase(): value for name, value in headers.items()},
    lambda headers: {name.encode(): value.encode() for name, value in headers.items()},
    lambda headers: {name: value.encode() for name, value in headers.items()},
    lambda headers: {name: f" \t{value}\r\n" for name, value in headers.items()},
    lambda headers: {5: 6, None: None, "wechatpay": 7, ("a",): "b", **headers},
    CaseInsensitiveDict,
    environ,
    message,
    asgi,
    starlette_headers,
    werkzeug_headers,
    django_headers,
    lambda headers: list(headers.items()),
    lambda headers: iter(headers.items()),
    lambda headers: ([name, value] for name, value in headers.items()),
    lambda headers: [*headers.items(), *asgi(headers), *environ(headers).items()],
    lambda headers: [(b"x-\xff\xfe", b"\xff\x00"), ("x-中", "\ud800"), *headers.items()],
]
"""What headers look like in one place or another."""


class TestHeaders:
    """Headers in any shape that frameworks give them."""

    @pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
    def test_shapes(self, shape: Callable[[dict[str, str]], Any]) -> None:
        """Whatever they look like, they are found."""
        headers, body = PLATFORM.notice()
        assert parse(shape(headers), body).complaint_id == IMMEDIATE

    @pytest.mark.parametrize("shape", [asgi, starlette_headers, message])
    def test_twice(self, shape: Callable[[Any], Any]) -> None:
        """What comes twice and says the same is no harm; where it says two things, nobody knows which is meant."""

        class Twice(dict[str, str]):
            def items(self) -> Any:
                return [*super().items(), *more]

        headers, body = PLATFORM.notice()
        more = list(headers.items())
        assert parse(shape(Twice(headers)), body).complaint_id == IMMEDIATE
        more[0] = (more[0][0], f"{more[0][1]}0")
        error = refused(shape(Twice(headers)), body)
        assert error.check == "headers"
        assert "two headers Wechatpay-Timestamp" in str(error)

    @pytest.mark.parametrize("wrong", [None, 5, "abc", b"abc", ["abc"], [5], [("a", "b", "c")], object()], ids=range(8))
    def test_none(self, wrong: Any) -> None:
        """What is no headers at all is the caller's mistake, and the error says what would do."""
        with pytest.raises(TypeError, match=r"request\.headers") as caught:
            parse(wrong, b"{}")
        assert "abc" not in str(caught.value)

    @pytest.mark.parametrize("wrong", [None, 5, ["a"]], ids=repr)
    def test_values(self, wrong: Any) -> None:
        """A value that is no text is the caller's mistake too, in a header that is needed."""
        headers, body = PLATFORM.notice()
        with pytest.raises(TypeError, match=r"Wechatpay-Nonce"):
            parse(headers | {"Wechatpay-Nonce": wrong}, body)

    @given(st.lists(st.tuples(st.sampled_from([*PLATFORM.signed(b""), "x"]), st.text() | st.binary())))
    def test_anything(self, more: list[tuple[str, Any]]) -> None:
        """Whatever else they hold, the notification is read or refused."""
        headers, body = PLATFORM.notice()
        for shape in ([*headers.items(), *more], more):
            found = tried(shape, body)
            if isinstance(found, Notification):
                assert found.complaint_id == IMMEDIATE
            else:
                assert found.check in {"headers", "timestamp", "serial", "probe", "signature"}


class TestGood:
    """What is believed."""

    def test_every_field(self) -> None:
        """Envelope and encrypted part become one value."""
        resource = PLATFORM.resource({"complaint_id": IMMEDIATE, "action_type": "USER_RESPONSE"})
        assert parse(*PLATFORM.notice(resource=resource)) == Notification(
            id="EV-2018022511223320873",
            event_type=EventType.COMPLAINT_CREATE,
            create_time=datetime(2015, 5, 20, 13, 29, 35, tzinfo=timezone(timedelta(hours=8))),
            summary="产生新投诉",
            resource_type="encrypt-resource",
            original_type="complaint",
            complaint_id=IMMEDIATE,
            action_type=NotificationAction.USER_RESPONSE,
        )

    def test_raw(self) -> None:
        """``raw`` has all that came but the ciphertext, and makes the same notification again."""
        found = parse(*PLATFORM.notice({**CONTENT, "new": [1]}, newer={"a": None}))
        envelope = PLATFORM.envelope(resource=ABSENT, newer={"a": None})
        assert found.raw == {**CONTENT, "new": [1], "original_type": "complaint", **envelope}
        assert Notification.from_dict(found.raw) == found

    def test_silent(self) -> None:
        """The representation names the complaint and shows nobody's words."""
        said = repr(parse(*PLATFORM.notice(summary=SECRET)))
        assert IMMEDIATE in said
        assert SECRET not in said

    @pytest.mark.parametrize(
        "changed",
        [
            {"summary": ABSENT},
            {"summary": None},
            {"resource_type": ABSENT},
            {"create_time": ABSENT},
            {"create_time": "昨天"},
            {"create_time": 5},
            {"id": "a" * 64},
            {"brand_new": {"a": [1]}},
            {"brand_new": float("nan")},
            {"resource": PLATFORM.resource(original_type=ABSENT)},
            {"resource": PLATFORM.resource(extra="")},
            {"resource": PLATFORM.resource(extra="", associated_data=ABSENT)},
            {"resource": PLATFORM.resource(extra="", associated_data=None)},
            {"resource": PLATFORM.resource(brand_new=1)},
        ],
        ids=range(14),
    )
    def test_lenient(self, changed: dict[str, Any]) -> None:
        """What need not be there may be missing, and what is new does no harm."""
        found = parse(*PLATFORM.notice(**changed))
        assert (found.complaint_id, found.event_type) == (IMMEDIATE, "COMPLAINT.CREATE")
        if "create_time" in changed:
            assert found.create_time is None

    def test_milliseconds(self) -> None:
        """A time may have parts of a second."""
        found = parse(*PLATFORM.notice(create_time="2015-05-20T13:29:35.120Z"))
        assert found.create_time == datetime(2015, 5, 20, 13, 29, 35, 120_000, tzinfo=UTC)

    def test_twice(self) -> None:
        """Of a key that comes twice the last counts, as everywhere in JSON."""
        body = PLATFORM.notice()[1].replace(b'{"id":', b'{"id": "first", "id":')
        assert parse(PLATFORM.signed(body), body).id == "EV-2018022511223320873"

    @pytest.mark.parametrize("off", [-298, 298])
    def test_clock(self, off: int) -> None:
        """The clocks may differ by five minutes."""
        assert parse(*timed(off)).complaint_id == IMMEDIATE

    def test_echo(self) -> None:
        """The platform's test of keys is about no complaint."""
        resource = PLATFORM.resource({"echo_message": "hello"}, original_type="security")
        found = parse(*PLATFORM.notice(event_type="SECURITY_ECHO.SUCCESS", resource=resource))
        assert found.event_type is EventType.SECURITY_ECHO_SUCCESS
        assert (found.complaint_id, found.action_type, found.original_type) == (None, None, "security")
        assert found.raw["echo_message"] == "hello"

    def test_new_event(self) -> None:
        """An event that this version does not know is kept, be it about a complaint or not."""
        for content, complaint_id in (({}, None), (CONTENT, IMMEDIATE), ({"complaint_id": 5}, None)):
            found = parse(*PLATFORM.notice(content, event_type="BRAND.NEW"))
            assert (type(found.event_type), found.event_type) == (str, "BRAND.NEW")
            assert found.complaint_id == complaint_id

    def test_actions(self) -> None:
        """What was done is a word of the platform's, known, misspelt or new."""
        words = {
            "REFUND_SUCCESS": NotificationAction.REFUND_SUCCESS,
            "USER_APPLY_PLATFORM_SERIVCE": NotificationAction.USER_APPLY_PLATFORM_SERVICE,
            "BRAND_NEW": "BRAND_NEW",
        }
        for word, expected in words.items():
            found = parse(*sealed({"complaint_id": IMMEDIATE, "action_type": word})).action_type
            assert (type(found), found) == (type(expected), expected)
        assert parse(*sealed({"complaint_id": IMMEDIATE, "action_type": 5})).action_type is None

    @given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=64), st.text())
    def test_any_complaint(self, complaint_id: str, action: str) -> None:
        """Any id that can be one, and any word, comes out as it went in."""
        found = parse(*sealed({"complaint_id": complaint_id, "action_type": f"{action}-"}))
        assert (found.complaint_id, found.action_type) == (complaint_id, f"{action}-")


KEYS = ("id", "create_time", "event_type", "resource_type", "summary", "resource", "new")
PARTS = ("original_type", "algorithm", "ciphertext", "associated_data", "nonce", "new")
FIELDS = ("complaint_id", "action_type", "id", "event_type", "original_type", "new")
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud83d", "a\nb", 10**400]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=6,
)


def objects(keys: Iterable[str]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects under some keys."""
    return st.dictionaries(st.sampled_from(list(keys)), JSON, max_size=4)


CONTENTS = st.binary(max_size=64) | JSON | objects(FIELDS).map(lambda given: CONTENT | given)
ENVELOPES = st.builds(
    lambda content, parts, keys: PLATFORM.envelope(**({"resource": PLATFORM.resource(content, **parts)} | keys)),
    CONTENTS,
    st.just({}) | objects(PARTS),
    st.just({}) | objects(KEYS),
)
BODIES = st.binary(max_size=256) | JSON.map(json.dumps).map(str.encode) | ENVELOPES.map(json.dumps).map(str.encode)


def read_or_refused(body: bytes) -> None:
    """What is rightly signed is read, and can be looked at, or is refused for what it is."""
    found = tried(PLATFORM.signed(body), body)
    if not isinstance(found, Notification):
        assert found.check in {"json", "shape", "decryption", "content"}
        assert str(found).isprintable()
        assert found.answer[0] == 400
        return
    assert repr(found)
    assert hash(found) == hash(parse(PLATFORM.signed(body), body))
    assert 1 <= len(found.id) <= 64
    assert found.complaint_id is None or 1 <= len(found.complaint_id) <= 64
    assert found.complaint_id or not found.event_type.startswith("COMPLAINT.")


class TestAnything:
    """Whatever WeChat Pay may sign."""

    @settings(max_examples=200)
    @given(BODIES)
    def test_anything(self, body: bytes) -> None:
        """It is read or refused, and nothing else happens."""
        read_or_refused(body)

    @pytest.mark.slow
    @settings(max_examples=10_000)
    @given(BODIES)
    def test_much_more(self, body: bytes) -> None:
        """So it is with ten thousand."""
        read_or_refused(body)
