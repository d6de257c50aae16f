"""The control port: what can be set up and looked at without Python, and that no web page can."""

import base64
import http.client
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from msgkit.sandbox import Sandbox, SandboxError
from msgkit.sandbox.commands import COMMANDS
from msgkit.sandbox.control import BODY_LIMIT
from msgkit.sandbox.rendering import text_of
from msgkit.sandbox.schemas import fits

from .merchant import IMMEDIATE, ORDINARY, Merchant
from .receiver import Received, Receiver
from .test_schemas import BODIES, MESSAGE

JSON = "application/json"


class Control:
    """Whoever controls a sandbox, with nothing but HTTP."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.host = sandbox.control_url.removeprefix("http://")

    def send(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str | None] | None = None
    ) -> tuple[int, Any]:
        """Send a request; a header that is None is left out."""
        given = {"Host": self.host, "Content-Type": JSON if body else None} | dict(headers or {})
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in given.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        finally:
            connection.close()

    def get(self, path: str) -> Any:
        """Read something that is there."""
        status, document = self.send("GET", path)
        assert status == 200, document
        return document

    def post(self, path: str, /, **given: Any) -> Any:
        """Do something that can be done."""
        status, document = self.send("POST", path, json.dumps(given).encode())
        assert status == 200, document
        return document


@pytest.fixture(scope="module")
def controlled() -> Iterator[Control]:
    """A sandbox with a control port."""
    with Sandbox(control=0) as sandbox:
        yield Control(sandbox)


@pytest.fixture
def control(controlled: Control) -> Control:
    """The same, as new."""
    controlled.sandbox.reset()
    return controlled


@pytest.fixture
def caller(control: Control) -> Merchant:
    """The merchant of that sandbox."""
    return Merchant.of(control.sandbox)


class TestCommands:
    """What it does."""

    def test_overview(self, control: Control) -> None:
        """It says what it is, and every path that it has is one that answers."""
        overview = control.get("/")
        assert overview["base_url"] == control.sandbox.base_url
        assert overview["mchid"] == control.sandbox.credentials.mchid
        assert overview["paths"] == [f"{command.method} {command.path}" for command in COMMANDS]
        for command in COMMANDS:
            if command.method == "GET":
                control.get(command.path.replace("{complaint_id}", IMMEDIATE))

    def test_complaints(self, control: Control) -> None:
        """A complaint is added with the fields that it is given, and can be read, its telephone number in plain."""
        made = control.post(
            "/complaints",
            complaint_id="mine",
            payer_phone="1",
            complaint_time="2024-03-09T00:00:00+08:00",
            need_immediate_service=False,
        )
        assert (made["complaint_id"], made["payer_phone"]) == ("mine", "1")
        assert made["complaint_time"] == "2024-03-09T00:00:00+08:00"
        assert [one["complaint_id"] for one in control.get("/complaints")["data"]] == [IMMEDIATE, ORDINARY, "mine"]
        assert not control.sandbox.complaints["mine"].need_immediate_service

    def test_history(self, control: Control) -> None:
        """A customer's tap is added to a history, and can be read there; an id may hold anything."""
        control.sandbox.complaint("a/b")
        click = {"message_content": "转人工", "action_id": "a", "clicked_log_id": "1"}
        made = control.post(
            "/complaints/a%2Fb/history",
            operate_type="USER_CLICK_RESPONSE",
            click_message=click,
            operate_time="2030-01-01T00:00:00Z",
        )
        assert (made["click_message"], made["operate_time"]) == (click, "2030-01-01T08:00:00+08:00")
        entries = control.get("/complaints/a%2Fb/history")["data"]
        assert [entry["operate_type"] for entry in entries] == ["USER_CREATE_COMPLAINT", "USER_CLICK_RESPONSE"]

    def test_replies(self, control: Control, caller: Merchant) -> None:
        """A reply is read as it came, and as a person sees it."""
        body = caller.rich()
        caller.reply_richly(body)
        (reply,) = control.get("/replies")["data"]
        assert (reply["complaint_id"], reply["kind"]) == (IMMEDIATE, "response-immediate-service")
        assert (reply["body"], reply["idempotent_id"], reply["text"]) == (body, body["idempotent_id"], "您好")
        assert reply["log_id"] == control.sandbox.replies[0].log_id

    def test_customer(self, control: Control, caller: Merchant) -> None:
        """A customer says something, taps on what was answered, complains once more, and sees it all."""
        button = {
            "text": "人工",
            "action": {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "转"}},
        }
        path = f"/complaints/{IMMEDIATE}"
        assert control.post(f"{path}/says", text="在吗")["operate_details"] == "在吗"
        answered = caller.reply_richly(caller.rich(message={"blocks": [{"type": "BUTTON", "button": button}]}))
        click = control.post(f"{path}/taps", what="人工")["click_message"]
        assert click == {"message_content": "转", "clicked_log_id": answered.json["log_id"]}
        assert control.post(f"{path}/continues", text="没人")["operate_type"] == "USER_CONTINUE_COMPLAINT"
        assert control.get(f"{path}/conversation")["text"] == control.sandbox.customer(IMMEDIATE).sees()
        status, document = control.send("POST", f"{path}/taps", b'{"what": "nothing"}')
        assert (status, document["error"]) == (400, "'nothing' cannot be tapped: no reply has it. What can be: [人工]")

    def test_taps_by_place(self, control: Control, caller: Merchant) -> None:
        """What there is to tap is listed by place, and one of two that read the same is tapped by it."""
        button = {
            "text": "人工",
            "action": {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "转"}},
            "invalid_info": {"multi_clickable": False},
        }
        answered = caller.reply_richly(caller.rich(message={"blocks": [{"type": "BUTTON", "button": button}] * 2}))
        path, log_id = f"/complaints/{IMMEDIATE}/taps", answered.json["log_id"]
        assert control.get(path)["data"][1] == {
            "log_id": log_id,
            "pointer": "/blocks/1/button",
            "text": "人工",
            "state": "open",
            "action_type": "ACTION_TYPE_SEND_MESSAGE",
            "action_id": None,
            "content": "转",
            "url": None,
            "appid": None,
            "path": None,
        }
        control.post(path, log_id=log_id, pointer="/blocks/1/button")
        assert [one["state"] for one in control.get(path)["data"]] == ["open", "used"]

    def test_jump_clicks(self, control: Control, caller: Merchant) -> None:
        """Where taps on what leads elsewhere are not told, nothing is answered for one."""
        link = {"text": "看", "action": {"action_type": "ACTION_TYPE_JUMP_URL", "jump_url": "https://shop.example/"}}
        caller.reply_richly(caller.rich(message={"blocks": [{"type": "LINK", "link": link}]}))
        control.post("/jump-clicks", enabled=False)
        assert control.post(f"/complaints/{IMMEDIATE}/taps", what="看") == {}

    def test_notification(self, control: Control) -> None:
        """The last notification of a complaint is given as headers and the text that they sign."""
        told = control.post(f"/complaints/{IMMEDIATE}/notification")
        read = Received(told["headers"], told["body"].encode()).read(control.sandbox.credentials)
        assert read["resource"]["opened"] == {"complaint_id": IMMEDIATE, "action_type": "CREATE_COMPLAINT"}

    def test_pushes(self, control: Control) -> None:
        """Notifications are posted where they are to go, as badly as was asked for, and again as the clock moves."""
        with Receiver.running() as receiver:
            control.post("/notify-to", url=receiver.url)
            control.post("/notify-badly", times=2, shuffled=True, seed=1)
            receiver.answers[:] = [500]
            control.post("/complaints", complaint_id="mine")
            control.post("/settle", timeout=10)
            control.post("/advance", seconds=5)
            control.post("/settle")
            (push,) = control.get("/pushes")["data"]
            assert receiver.ids() == [push["id"]] * 3
            assert (push["complaint_id"], push["action_type"]) == ("mine", "CREATE_COMPLAINT")
            assert [attempt["status"] for attempt in push["attempts"]] == [500, 204, 204]
            assert push["create_time"].endswith("+08:00")
            control.post("/notify-to", url=None)
        status, document = control.send("POST", "/notify-to", b'{"url": "https://shop.example/notify"}')
        assert (status, document["error"][:38]) == (400, "notifications go to this machine only,")

    def test_faults(self, control: Control, caller: Merchant) -> None:
        """A fault is planned, waits, and is met; others happen by chance; the calls tell of both."""
        told = control.post("/faults", fault="FREQUENCY_LIMITED", endpoint="complete", times=2, retry_after=3)
        assert told["data"][0]["times"] == 2
        assert caller.complete().headers["Retry-After"] == "3"
        assert control.get("/faults")["data"][0]["times"] == 1
        control.post("/chances", faults=["SYSTEM_ERROR"], share=1, seed=1, endpoint="response")
        caller.reply(caller.plain())
        calls = control.get("/calls")["data"]
        assert [(call["endpoint"], call["status"], call["fault"]) for call in calls] == [
            ("complete", 429, "FREQUENCY_LIMITED"),
            ("response", 500, "SYSTEM_ERROR"),
        ]
        assert control.get("/counts") == {"complete": 1, "response": 1}

    def test_heal(self, control: Control, caller: Merchant) -> None:
        """What goes wrong by chance can be seen, and all of it is switched off."""
        control.post("/chances", faults={"SYSTEM_ERROR": 2}, share=1, seed=1)
        control.post("/faults", fault="NO_AUTH")
        (chance,) = control.get("/chances")["data"]
        assert (chance["share"], chance["endpoint"]) == (1, None)
        assert [(one["fault"], one["weight"]) for one in chance["faults"]] == [("SYSTEM_ERROR", 2)]
        control.post("/heal")
        assert (control.get("/faults")["data"], control.get("/chances")["data"]) == ([], [])
        assert caller.complete().status == 204

    def test_keys(self, control: Control) -> None:
        """Certificates are rotated and retired, keys added, and one made to sign."""
        serial = control.post("/certificates", valid_for=3600, since=60)["serial_no"]
        (listed,) = control.get("/certificates")["data"]
        assert (listed["serial_no"], listed["pem"]) == (serial, control.sandbox.certificates[0].pem)
        control.post("/sign-with", serial=serial)
        control.post("/sign-with", serial=None)
        control.post(f"/certificates/{serial}/retire")
        assert control.get("/certificates") == {"data": []}
        assert control.post("/public-keys")["public_key_id"].startswith("PUB_KEY_ID_01")

    def test_the_rest(self, control: Control, caller: Merchant) -> None:
        """Pictures, limits and links are set, what was odd and where notifications go is read, and all is reset."""
        url = control.post("/pictures", content=base64.b64encode(b"BM").decode(), presigned=True)["url"]
        assert url.startswith("http://localhost:")
        control.post("/largest-page", history=5)
        assert caller.history().status == 400
        control.post("/links", enabled=False)
        links = {"jump_url": "https://h", "jump_url_text": "a"}
        assert caller.reply(caller.plain(**links)).status == 403
        caller.reply(caller.plain(response_content="${a}"))
        assert [warning["pointer"] for warning in control.get("/warnings")["data"]] == ["/response_content"]
        assert control.get("/notification-url") == {"url": None}
        control.sandbox._state.add_upload("a.png", b"a")
        assert control.get("/uploads")["data"][0]["size"] == 1
        control.post("/reset")
        assert [control.get(path)["data"] for path in ("/replies", "/uploads", "/warnings")] == [[], [], []]
        assert caller.history().status == 200

    @pytest.mark.parametrize(
        ("path", "given", "sentence"),
        [
            ("/complaints", {"colour": "red"}, "colour"),
            ("/complaints", {"complaint_id": 1}, "complaint_id must be a str"),
            ("/complaints", {"complaint_id": IMMEDIATE}, "already"),
            ("/complaints", {"complaint_time": "tomorrow"}, "complaint_time must be a datetime"),
            ("/complaints", {"complaint_time": 1}, "complaint_time must be a datetime"),
            ("/complaints", {"complaint_order_info": 1}, "int"),
            ("/complaints/1/history", {"operate_type": "USER_RESPONSE"}, "there is no complaint '1'"),
            (f"/complaints/{IMMEDIATE}/history", {}, "operate_type"),
            (f"/complaints/{IMMEDIATE}/history", {"operate_type": "A", "image_list": 1}, "int"),
            ("/faults", {"fault": "TIMEOUT"}, "no such fault"),
            ("/chances", {"faults": [[]], "share": 1, "seed": 1}, "list"),
            ("/certificates", {"valid_for": "1"}, "str"),
            ("/certificates", {"valid_for": 1e300}, "too large"),
            ("/certificates/1/retire", {}, "there is no platform certificate"),
            ("/pictures", {"content": "?"}, ""),
            ("/sign-with", {}, "serial"),
            ("/reset", {"all": True}, "all"),
        ],
        ids=str,
    )
    def test_wrong(self, control: Control, path: str, given: Any, sentence: str) -> None:
        """What cannot be done is told in a sentence, with 400, and not done."""
        status, document = control.send("POST", path, json.dumps(given).encode())
        assert (status, document.keys()) == (400, {"error"})
        assert sentence in document["error"]
        assert control.sandbox.complaints.keys() == {IMMEDIATE, ORDINARY}


class TestGuard:
    """Who is kept out."""

    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "", None])
    @pytest.mark.parametrize("path", ["/replies", "/nothing"])
    def test_host(self, control: Control, host: str | None, path: str) -> None:
        """A name that an attacker made to lead here is another name: whoever uses one is refused, whatever it asks."""
        assert refused(control, "GET", path, {"Host": host}) == (400 if host is None else 403)

    def test_localhost(self, control: Control) -> None:
        """The machine's own name is as good as its number."""
        host = f"localhost:{control.host.rpartition(':')[2]}"
        assert control.send("GET", "/replies", headers={"Host": host})[0] == 200

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://localhost:8080"])
    @pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
    def test_origin(self, control: Control, method: str, origin: str) -> None:
        """A request that a page sends is refused, its asking for leave too, and does nothing."""
        status, document = control.send(method, "/complaints", b"{}", {"Origin": origin})
        assert (status, document.keys()) == (403, {"error"})
        assert len(control.sandbox.complaints) == 2

    @pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "text/plain;json"])
    def test_content_type(self, control: Control, media_type: str | None) -> None:
        """What a form of a page can send is refused, and does nothing."""
        status, _ = control.send("POST", "/complaints", b"{}", {"Content-Type": media_type})
        assert (status, len(control.sandbox.complaints)) == (415, 2)

    @pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"a":1,"a":1}', b"\xff", b"[" * 100_000, b'{"a": NaN}'])
    def test_body(self, control: Control, body: bytes) -> None:
        """A body that is no object of JSON is refused."""
        status, document = control.send("POST", "/complaints", body, {"Content-Type": JSON})
        assert (status, document.keys()) == (400, {"error"})

    def test_large_body(self, control: Control) -> None:
        """One that is too large is refused once it was sent."""
        assert control.send("POST", "/complaints", b" " * (BODY_LIMIT + 1))[0] == 413

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "POST"])
    def test_method(self, control: Control, method: str) -> None:
        """A path takes the methods that it has."""
        assert refused(control, method, "/replies", {}) == 405

    def test_unknown(self, control: Control) -> None:
        """A path that there is not is told in JSON; none of the platform's is here, and none of these there."""
        assert control.send("GET", "/v3/certificates")[0] == 404
        assert Merchant.of(control.sandbox).get("/replies").status == 404

    @pytest.mark.slow
    @settings(max_examples=60)
    @given(
        st.sampled_from([command.path for command in COMMANDS if command.method == "POST"]),
        st.dictionaries(
            st.sampled_from(["fault", "faults", "share", "seed", "times", "operate_type", "complaint_order_info"])
            | st.sampled_from(["text", "images", "what", "url", "shuffled", "seconds", "days"])
            | st.sampled_from(["content", "serial", "valid_for", "enabled", "history", "complaint_time", "self"]),
            st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=2) | st.just({}),
            max_size=4,
        ),
    )
    def test_arbitrary(self, controlled: Control, path: str, given: Any) -> None:
        """No JSON makes it fail."""
        path = path.replace("{complaint_id}", IMMEDIATE)
        status, document = controlled.send("POST", path, json.dumps(given).encode())
        assert status in (200, 400), document

    def test_none(self, running: Sandbox) -> None:
        """A sandbox has none unless it is asked for."""
        with pytest.raises(SandboxError, match="no control port"):
            _ = running.control_url

    @pytest.mark.parametrize("port", [True, "80", -1])
    def test_port(self, port: Any) -> None:
        """Its port is a port."""
        with pytest.raises(SandboxError, match="a port is a number"):
            Sandbox(control=port)

    def test_port_in_use(self, control: Control) -> None:
        """One that is taken is one clear error, and the platform does not listen either."""
        port = int(control.host.rpartition(":")[2])
        with pytest.raises(SandboxError, match=f"cannot listen on 127.0.0.1:{port}"), Sandbox(control=port):
            pass


class TestText:
    """Replies as a person sees them."""

    def test_message(self) -> None:
        """Each thing in a message is a line, and says where a tap leads."""
        assert text_of({"message": MESSAGE}).splitlines() == [
            "您好",
            "[图片 m]",
            "[订单] → https://shop.example/42",
            "· 多久？ → “转人工”",
            "· 怎么？ → wx1:pages/order?id=42",
            "[人工] → “转人工”",
            "[满意] → “转人工”",
            "[看看] → https://shop.example/42",
        ]

    def test_plain(self) -> None:
        """So is each thing in a plain reply."""
        assert text_of(BODIES["response"]).splitlines() == [
            "已处理",
            *(f"[图片 m{number}]" for number in range(1, 5)),
            "[查看订单详情] → https://shop.example/",
            "[t] → wx1:p",
        ]

    @pytest.mark.parametrize("kind", ["TEXT", "IMAGE", "LINK", "FAQ_LIST", "BUTTON", "BUTTON_GROUP"])
    def test_empty(self, kind: str) -> None:
        """What the sandbox takes it can show, however little is in it."""
        message = {"blocks": [{"type": kind, kind.lower(): {}}]}
        assert fits("normal-message", message)
        assert text_of({"message": message}).strip("[]图片 ") == ""
        assert text_of({"message": {}}) == ""


def refused(control: Control, method: str, path: str, headers: Mapping[str, str | None]) -> int:
    """The status of a request, whatever comes with it."""
    connection = http.client.HTTPConnection(control.host, timeout=30)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()
