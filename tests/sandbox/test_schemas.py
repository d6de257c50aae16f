"""The JSON Schemas: valid themselves, right in both directions, and precise about the place."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from msgkit.sandbox.answers import Refusal
from msgkit.sandbox.schemas import BASE, check, fits, load, validator

SEND = {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "转人工"}}
JUMP = {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://shop.example/42"}
PROGRAM = {
    "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
    "mini_program_jump_info": {"appid": "wx1", "path": "pages/order?id=42"},
}
BLANKS = "".join(sign for sign in map(chr, range(0x10000)) if not sign.strip())
VALID = {"expired_time": "2015-05-20T13:29:35+08:00", "multi_clickable": False}

MESSAGE: dict[str, Any] = {
    "blocks": [
        {"type": "TEXT", "text": {"text": "您好", "color": "SECONDARY", "is_bold": True}},
        {"type": "IMAGE", "image": {"media_id": "m", "image_style_type": "IMAGE_STYLE_TYPE_WIDE"}},
        {"type": "LINK", "link": {"text": "订单", "action": JUMP, "invalid_info": VALID}},
        {
            "type": "FAQ_LIST",
            "faq_list": {
                "faqs": [
                    {"faq_id": "1", "faq_title": "多久？", "action": SEND},
                    {"faq_title": "怎么？", "action": PROGRAM},
                ]
            },
        },
        {"type": "BUTTON", "button": {"text": "人工", "action": SEND, "invalid_info": VALID}},
        {
            "type": "BUTTON_GROUP",
            "button_group": {
                "buttons": [
                    {"text": "满意", "action": SEND | {"action_id": "a"}, "invalid_info": {}},
                    {"text": "看看", "action": JUMP},
                ],
                "button_layout": "LAYOUT_HORIZONTAL",
                "invalid_info": VALID,
            },
        },
    ],
    "sender_identity": "MACHINE",
    "custom_data": "ticket=1",
}
BODIES: dict[str, dict[str, Any]] = {
    "normal-message": MESSAGE,
    "response-immediate-service": {
        "complainted_mchid": "1900012181",
        "message": MESSAGE,
        "idempotent_id": "a",
    },
    "response": {
        "complainted_mchid": "1900012181",
        "response_content": "已处理",
        "response_images": ["m1", "m2", "m3", "m4"],
        "jump_url": "https://shop.example/",
        "jump_url_text": "查看订单详情",
        "mini_program_jump_info": {"appid": "wx1", "path": "p", "text": "t"},
    },
    "complete": {"complainted_mchid": "1900012181"},
    "image-upload-meta": {"filename": "a.png", "sha256": "aB" * 32},
    "update-refund-progress": {
        "action": "REJECT",
        "launch_refund_day": 0,
        "reject_reason": "已使用",
        "reject_media_list": ["m1", "m2", "m3", "m4"],
        "remark": "已处理",
    },
    "complaint-notifications": {"url": "https://shop.example/notify"},
    "echo": {"echo_message": "a", "encrypted_echo_message": "aA0+/w==", "notify_url": "https://shop.example/"},
}
ABSENT = object()


def changed(document: dict[str, Any], pointer: str, value: object) -> dict[str, Any]:
    """A copy with one place changed; ABSENT takes it away."""
    # By way of JSON: a deep copy would share within the copy what is shared in the original.
    result: dict[str, Any] = json.loads(json.dumps(document))
    target: Any = result
    *parents, last = pointer.removeprefix("/").split("/")
    for part in parents:
        target = target[int(part)] if isinstance(target, list) else target[part]
    if value is ABSENT:
        del target[last]
    elif isinstance(target, list):
        target[int(last)] = value
    else:
        target[last] = value
    return result


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object within a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from nodes(value)
    if isinstance(schema, list):
        for value in schema:
            yield from nodes(value)


@cache
def second(name: str) -> Draft202012Validator:
    """Another project's validator of the same schema, which asserts formats by rfc3339-validator."""
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in load().values()
    )
    return Draft202012Validator(load()[name], registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


def refused(name: str, document: object) -> dict[str, Any]:
    """The detail of the refusal that a document meets."""
    with pytest.raises(Refusal) as caught:
        check(name, document)
    assert caught.value.detail is not None
    return caught.value.detail


class TestFiles:
    """The schema files themselves."""

    @pytest.mark.parametrize("name", sorted(load()))
    def test_metaschema(self, name: str) -> None:
        """Every schema is a valid JSON Schema 2020-12 under the name that its file has."""
        schema = load()[name]
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
        assert schema["$id"] == f"{BASE}{name}.schema.json"

    @pytest.mark.parametrize("name", sorted(load()))
    def test_described(self, name: str) -> None:
        """Each schema has a title, and whatever a pattern rules is described in words."""
        schema = load()[name]
        assert schema["title"]
        for node in nodes(schema):
            assert "pattern" not in node or node["description"]


class TestAccepted:
    """What fits."""

    @pytest.mark.parametrize("name", BODIES)
    def test_full(self, name: str) -> None:
        """A body that uses every field fits."""
        check(name, BODIES[name])

    @pytest.mark.parametrize(
        ("name", "pointer", "value"),
        [
            ("normal-message", "/sender_identity", ABSENT),
            ("normal-message", "/sender_identity", "UNKNOWN"),
            ("normal-message", "/custom_data", ""),
            ("normal-message", "/custom_data", "数" * 4096),
            ("normal-message", "/blocks/0/text", {"text": ""}),
            ("normal-message", "/blocks/0/text/text", "\n\t\x00\ud7ff\ue000\uffff\n"),
            ("normal-message", "/blocks/0/text/color", "DEFAULT"),
            ("normal-message", "/blocks/1/image", {"media_id": ""}),
            ("normal-message", "/blocks/2/link/invalid_info", {}),
            ("normal-message", "/blocks/2/link/action/jump_url", "HTTPS://u:p@h:8443?q=@#f"),
            ("normal-message", "/blocks/2/link/action/jump_url", "https://h/" + "a" * 9000),
            ("normal-message", "/blocks/2/link/action/jump_url", "hTTp://h:8080/a?b"),
            ("normal-message", "/blocks/2/link/action/jump_url", ""),
            ("normal-message", "/blocks/2/link/action/jump_url", BLANKS),
            ("normal-message", "/blocks/2/link/invalid_info/expired_time", ""),
            ("normal-message", "/blocks/2/link/invalid_info/expired_time", BLANKS),
            ("normal-message", "/blocks/2/link/action/jump_url", "https://例子.cn/路径"),
            ("normal-message", "/blocks/3/faq_list/faqs", []),
            ("normal-message", "/blocks/4/button/text", ""),
            ("normal-message", "/blocks/5/button_group/buttons", []),
            ("normal-message", "/blocks/5/button_group/button_layout", "LAYOUT_UNKNOWN"),
            (
                "normal-message",
                "/blocks/3/faq_list/faqs/1/action/mini_program_jump_info",
                {"appid": "", "path": "", "text": ""},
            ),
            (
                "normal-message",
                "/blocks/4/button/action/message_info",
                {"content": "", "custom_data": "数" * 5000},
            ),
            ("response-immediate-service", "/idempotent_id", "a" * 128),
            ("response-immediate-service", "/complainted_mchid", "1" * 64),
            ("response", "/response_content", "复" * 500),
            ("response", "/response_images", []),
            ("response", "/jump_url", "https://h/" + "a" * 502),
            ("response", "/jump_url_text", "一二三四五六七八九十"),
            ("response", "/mini_program_jump_info", ABSENT),
            ("image-upload-meta", "/filename", "图" * 128),
        ],
    )
    def test_edges(self, name: str, pointer: str, value: object) -> None:
        """What the documentation does not forbid is taken, up to the very limits."""
        check(name, changed(BODIES[name], pointer, value))

    @pytest.mark.parametrize(
        "pointer",
        [
            "/blocks",
            "/blocks/0/text/text",
            "/blocks/1/image/media_id",
            "/blocks/2/link/text",
            "/blocks/2/link/action",
            "/blocks/3/faq_list/faqs",
            "/blocks/3/faq_list/faqs/0/faq_title",
            "/blocks/3/faq_list/faqs/0/action",
            "/blocks/3/faq_list/faqs/1/action/mini_program_jump_info/path",
            "/blocks/4/button/text",
            "/blocks/4/button/action",
            "/blocks/5/button_group/buttons",
            "/blocks/5/button_group/buttons/0/text",
            "/blocks/5/button_group/buttons/1/action",
        ],
    )
    def test_missing(self, pointer: str) -> None:
        """A field that the documentation does not mark as required may be missing, whatever the message is without."""
        document = changed(MESSAGE, pointer, ABSENT)
        check("normal-message", document)
        assert second("normal-message").is_valid(document)

    @pytest.mark.parametrize("number", range(6))
    def test_empty_payload(self, number: int) -> None:
        """A block's payload may be an empty object; it may not be missing."""
        kind = MESSAGE["blocks"][number]["type"]
        check("normal-message", {"blocks": [{"type": kind, kind.lower(): {}}]})
        detail = refused("normal-message", {"blocks": [{"type": kind}]})
        assert (detail["field"], detail["issue"]) == (f"/blocks/0/{kind.lower()}", "is required")

    def test_nothing(self) -> None:
        """Nor does a message have to have blocks."""
        check("normal-message", {})
        check("normal-message", {"blocks": []})

    @pytest.mark.parametrize(
        "moment",
        [
            "2015-05-20T13:29:35Z",
            "2015-05-20t13:29:35z",
            "2016-02-29T23:59:59.123456789-11:30",
            "0001-01-01T00:00:00+00:00",
        ],
    )
    def test_moments(self, moment: str) -> None:
        """RFC 3339 times with a zone are taken."""
        pointer = "/blocks/2/link/invalid_info/expired_time"
        check("normal-message", changed(MESSAGE, pointer, moment))

    def test_blanks(self) -> None:
        """What is taken as empty is what a warning calls so: no other character passes for an address or a moment."""
        blank = re.compile(load()["normal-message"]["$defs"]["blank"]["pattern"])
        assert "".join(sign for sign in map(chr, range(0x10000)) if blank.match(sign)) == BLANKS


WRONG: list[tuple[str, str, object]] = [
    ("normal-message", "/blocks", None),
    ("normal-message", "/blocks", {}),
    ("normal-message", "/extra", 1),
    ("normal-message", "/sender_identity", "machine"),
    ("normal-message", "/sender_identity", None),
    ("normal-message", "/custom_data", "数" * 4097),
    ("normal-message", "/blocks/0", []),
    ("normal-message", "/blocks/0/type", ABSENT),
    ("normal-message", "/blocks/0/type", "VIDEO"),
    ("normal-message", "/blocks/0/type", ["TEXT"]),
    ("normal-message", "/blocks/0/text", ABSENT),
    ("normal-message", "/blocks/0/text", "您好"),
    ("normal-message", "/blocks/0/text", None),
    ("normal-message", "/blocks/0/image", {"media_id": "m"}),
    ("normal-message", "/blocks/0/text/text", None),
    ("normal-message", "/blocks/0/text/text", 1),
    ("normal-message", "/blocks/0/text/text", "笑😀"),
    ("normal-message", "/blocks/0/text/text", "\ud83d"),
    ("normal-message", "/blocks/0/text/color", "RED"),
    ("normal-message", "/blocks/0/text/is_bold", 1),
    ("normal-message", "/blocks/0/text/size", 1),
    ("normal-message", "/blocks/1/image", ABSENT),
    ("normal-message", "/blocks/1/image/image_style_type", "WIDE"),
    ("normal-message", "/blocks/2/link", ABSENT),
    ("normal-message", "/blocks/2/link/action", None),
    ("normal-message", "/blocks/2/link/action/action_type", ABSENT),
    ("normal-message", "/blocks/2/link/action/action_type", None),
    ("normal-message", "/blocks/2/link/action/action_type", "ACTION_TYPE_CALL"),
    ("normal-message", "/blocks/2/link/action/jump_url", ABSENT),
    ("normal-message", "/blocks/2/link/action/message_info", {"content": "a"}),
    ("normal-message", "/blocks/2/link/action/action_id", 1),
    ("normal-message", "/blocks/2/link/invalid_info/multi_clickable", "no"),
    ("normal-message", "/blocks/2/link/invalid_info/extra", "no"),
    ("normal-message", "/blocks/3/faq_list", ABSENT),
    ("normal-message", "/blocks/3/faq_list/faqs", None),
    ("normal-message", "/blocks/3/faq_list/faqs/0", "多久？"),
    ("normal-message", "/blocks/3/faq_list/faqs/0/faq_id", 7),
    ("normal-message", "/blocks/3/faq_list/faqs/1/action/mini_program_jump_info", ABSENT),
    ("normal-message", "/blocks/3/faq_list/faqs/1/action/mini_program_jump_info/appid", ABSENT),
    ("normal-message", "/blocks/3/faq_list/faqs/1/action/mini_program_jump_info/path", None),
    ("normal-message", "/blocks/4/button", ABSENT),
    ("normal-message", "/blocks/4/button/action/message_info", ABSENT),
    ("normal-message", "/blocks/4/button/action/message_info/content", ABSENT),
    ("normal-message", "/blocks/5/button_group", ABSENT),
    ("normal-message", "/blocks/5/button_group/buttons/1/action/jump_url", "ftp://a"),
    ("normal-message", "/blocks/5/button_group/buttons/1/action/jump_url", "http:///a"),
    ("normal-message", "/blocks/5/button_group/buttons/1/action/jump_url", "${base}/orders"),
    ("normal-message", "/blocks/5/button_group/buttons/1/action/jump_url", "$base"),
    ("normal-message", "/blocks/5/button_group/buttons/1/action/jump_url", None),
    ("normal-message", "/blocks/5/button_group/button_layout", "HORIZONTAL"),
    ("response-immediate-service", "/complainted_mchid", ABSENT),
    ("response-immediate-service", "/complainted_mchid", ""),
    ("response-immediate-service", "/complainted_mchid", "1" * 65),
    ("response-immediate-service", "/message", ABSENT),
    ("response-immediate-service", "/message", []),
    ("response-immediate-service", "/message/blocks/0/text/text", "😀"),
    ("response-immediate-service", "/idempotent_id", ABSENT),
    ("response-immediate-service", "/idempotent_id", ""),
    ("response-immediate-service", "/idempotent_id", "a" * 129),
    ("response-immediate-service", "/extra~0 ~1", 1),
    ("response", "/complainted_mchid", ABSENT),
    ("response", "/response_content", ABSENT),
    ("response", "/response_content", ""),
    ("response", "/response_content", "复" * 501),
    ("response", "/response_images", ["m"] * 5),
    ("response", "/response_images/2", 3),
    ("response", "/jump_url", ABSENT),
    ("response", "/jump_url", "https://h/" + "a" * 503),
    ("response", "/jump_url", "http://h/"),
    ("response", "/jump_url", ""),
    ("response", "/jump_url", " "),
    ("response", "/jump_url_text", ABSENT),
    ("response", "/jump_url_text", "一二三四五六七八九十一"),
    ("response", "/mini_program_jump_info/appid", ABSENT),
    ("response", "/mini_program_jump_info/path", ABSENT),
    ("response", "/mini_program_jump_info/text", ABSENT),
    ("response", "/mini_program_jump_info/extra", ""),
    ("response", "/extra", 1),
    ("complete", "/complainted_mchid", ABSENT),
    ("complete", "/complainted_mchid", ""),
    ("complete", "/extra", 1),
    ("image-upload-meta", "/filename", ABSENT),
    ("image-upload-meta", "/filename", "图" * 129),
    ("image-upload-meta", "/sha256", ABSENT),
    ("image-upload-meta", "/sha256", "a" * 63),
    ("image-upload-meta", "/sha256", "a" * 64 + "\n"),
    ("image-upload-meta", "/sha256", "g" * 64),
    ("image-upload-meta", "/extra", 1),
    ("update-refund-progress", "/action", ABSENT),
    ("update-refund-progress", "/action", "approve"),
    ("update-refund-progress", "/launch_refund_day", -1),
    ("update-refund-progress", "/launch_refund_day", 0.5),
    ("update-refund-progress", "/launch_refund_day", True),
    ("update-refund-progress", "/reject_reason", "长" * 201),
    ("update-refund-progress", "/reject_media_list", ["m"] * 5),
    ("update-refund-progress", "/reject_media_list/3", None),
    ("update-refund-progress", "/remark", "😀"),
    ("update-refund-progress", "/extra", 1),
    ("complaint-notifications", "/url", ABSENT),
    ("complaint-notifications", "/url", ""),
    ("complaint-notifications", "/url", "http://shop.example/"),
    ("complaint-notifications", "/url", "https://shop.example/?a"),
    ("complaint-notifications", "/url", "https://商店.cn/"),
    ("complaint-notifications", "/url", "https://h/" + "a" * 246),
    ("complaint-notifications", "/extra", 1),
    ("echo", "/echo_message", ABSENT),
    ("echo", "/echo_message", "😀"),
    ("echo", "/encrypted_echo_message", "a b"),
    ("echo", "/encrypted_echo_message", "aA==\n"),
    ("echo", "/notify_url", "http://h"),
    ("echo", "/extra", 1),
]


class TestRefused:
    """What does not fit, and where."""

    @pytest.mark.parametrize(("name", "pointer", "value"), WRONG)
    def test_pointer(self, name: str, pointer: str, value: object) -> None:
        """Each broken rule is found, and the first finding points to the very place."""
        detail = refused(name, changed(BODIES[name], pointer, value))
        assert detail["field"] == pointer.replace("~0 ~1", "~00 ~01")
        assert detail["location"] == "body"
        assert ("value" in detail) == (value is not ABSENT)

    def test_top(self) -> None:
        """A body that is no object is refused as a whole."""
        assert refused("complete", [])["field"] == ""

    @pytest.mark.parametrize(
        "url",
        [
            "https://",
            "https:///path",
            "https://?q",
            "https://:443/",
            "https://user@/",
            "https:/a",
            "https//a",
            " https://a",
            "https://a ",
            "https://a\n",
            "https://a b/",
            "https://a/\u3000",
            "https://a/\x7f",
            "https://a/\x85",
            "https://a/😀",
            "http://",
            "http://a b/",
            "httpss://a",
            "ftp://a",
            "javascript:https://a",
            "${base}/x",
            "$base",
            "${base",
        ],
    )
    def test_no_address(self, url: str) -> None:
        """An address of another kind, without a host or with white space is refused, in either reply."""
        pointer = "/blocks/2/link/action/jump_url"
        detail = refused("normal-message", changed(MESSAGE, pointer, url))
        assert detail["field"] == pointer
        rule = "only characters that" if "😀" in url else "an address that starts with https://"
        assert detail["issue"].lower().startswith(f"breaks a rule: {rule}")
        assert refused("response", changed(BODIES["response"], "/jump_url", url))

    @pytest.mark.parametrize(
        "moment",
        [
            "2015-02-30T00:00:00Z",
            "2015-02-29T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2015-05-20T13:29:35",
            "2015-05-20T24:00:00Z",
            "2015-05-20T13:29:60Z",
            "2015-05-20 13:29:35Z",
            "2015-05-20T13:29:35+0800",
            "2015-05-20T13:29:35+25:00",
            "2015-05-20T13:29:35Z\n",
            "２015-05-20T13:29:35Z",
            "2015-05-20",
            "tomorrow",
        ],
    )
    def test_no_moment(self, moment: str) -> None:
        """A day that does not exist, a time without zone, and other forms are refused."""
        pointer = "/blocks/5/button_group/invalid_info/expired_time"
        assert refused("normal-message", changed(MESSAGE, pointer, moment))["field"] == pointer

    def test_format_is_checked(self) -> None:
        """The format is asserted by itself: the pattern alone would take 30 February."""
        pointer = "/blocks/5/button_group/invalid_info/expired_time"
        document = changed(MESSAGE, pointer, "2015-02-30T00:00:00Z")
        with pytest.raises(jsonschema_rs.ValidationError) as caught:
            validator("normal-message").validate(document)
        assert caught.value.kind.name == "format"

    def test_one_payload(self) -> None:
        """A block that carries another type's payload is told which one belongs to it."""
        document = {"blocks": [{"type": "IMAGE", "text": {"text": "a"}, "image": {"media_id": ""}}]}
        detail = refused("normal-message", document)
        assert detail["field"] == "/blocks/0/text"
        assert "image" in detail["issue"]

    def test_long_value(self) -> None:
        """A long value is repeated in part only."""
        detail = refused("complete", {"complainted_mchid": "1" * 100_000})
        assert len(detail["value"]) < 300

    @pytest.mark.parametrize("text", ["\ud800", "a\udfff", "\udc00\ud800"], ids=ascii)
    def test_lone_surrogate(self, text: str) -> None:
        """Half a character, which the validator cannot read, is refused at its place like a whole one."""
        pointer = "/message/blocks/5/button_group/buttons/1/text"
        body = BODIES["response-immediate-service"]
        detail = refused("response-immediate-service", changed(body, pointer, text))
        whole = refused("response-immediate-service", changed(body, pointer, "\U0001f600"))
        assert (detail["field"], detail["value"]) == (pointer, text)
        assert detail["issue"] == whole["issue"]

    def test_lone_surrogate_in_a_key(self) -> None:
        """A key that is half a character is one that does not belong there, and an earlier finding comes first."""
        assert refused("complete", {"complainted_mchid": "1", "\ud800": 1})["field"] == "/\ud800"
        assert refused("complete", {"complainted_mchid": "", "\ud800": 1})["field"] in {"/\ud800", "/complainted_mchid"}

    @pytest.mark.parametrize("text", ["a" * 1_048_576, "数" * 340_000 + "😀"], ids=["right", "wrong"])
    def test_long_text(self, text: str) -> None:
        """A text as long as a body may be is judged by the rule, not by how far an engine looks."""
        document = changed(MESSAGE, "/blocks/0/text/text", text)
        assert fits("normal-message", document) == text.isascii()
        assert second("normal-message").is_valid(document) == text.isascii()


class TestTwoValidators:
    """The sandbox's validator and another project's are of one mind."""

    @pytest.mark.parametrize(("name", "pointer", "value"), WRONG)
    def test_wrong(self, name: str, pointer: str, value: object) -> None:
        """What the one refuses the other refuses, at the same place."""
        document = changed(BODIES[name], pointer, value)
        places = {tuple(error.absolute_path) for error in second(name).iter_errors(document)}
        assert places
        assert not fits(name, document)
        parent = refused(name, document)["field"].rpartition("/")[0]
        found = {"".join(f"/{part}" for part in place) for place in places}
        assert found & {refused(name, document)["field"], parent}

    @pytest.mark.parametrize("name", BODIES)
    def test_right(self, name: str) -> None:
        """What the one takes the other takes."""
        assert fits(name, BODIES[name])
        assert second(name).is_valid(BODIES[name])

    @pytest.mark.parametrize("zone", ["Z", "+08:00", "+24:00"])
    @pytest.mark.parametrize("year", ["0000", "1900", "2000", "9999"])
    def test_moments(self, year: str, zone: str) -> None:
        """They agree which moments there are: every day that a month can seem to have, and its edges."""
        pointer = "/blocks/2/link/invalid_info/expired_time"
        differing = [
            moment
            for month in range(14)
            for day in (0, 1, 29, 30, 31, 32)
            for clock in ("00:00:00", "23:59:59.999", "23:59:60", "24:00:00")
            if fits(
                "normal-message",
                document := changed(MESSAGE, pointer, moment := f"{year}-{month:02}-{day:02}T{clock}{zone}"),
            )
            != second("normal-message").is_valid(document)
        ]
        assert differing == []
