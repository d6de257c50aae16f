"""Tests of ``msgkit send``: what is checked before, what goes out, and what is said of what came of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from msgkit import Message, Reply
from msgkit.sandbox import Sandbox
from tests import network
from tests._cli.command import ROOT, Done, invoke, settings_for
from tests.network import IMMEDIATE, ORDINARY, Received, Server

SECRET = "张三的订单4711"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
TEMPLATE: dict[str, Any] = {
    "message": Message().text("您好 ${name}").button("转人工").to_dict(),
    "variables": {"name": {"example": "示例"}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a template, a message and a plain reply."""
    (tmp_path / "template.json").write_text(json.dumps(TEMPLATE))
    (tmp_path / "message.json").write_text(network.MESSAGE.to_json())
    (tmp_path / "reply.json").write_text(Reply("已处理").to_json())
    return tmp_path


@pytest.fixture
def template(folder: Path) -> Path:
    """Return a template with one variable."""
    return folder / "template.json"


@pytest.fixture
def message(folder: Path) -> Path:
    """Return a message without variables."""
    return folder / "message.json"


@pytest.fixture
def reply(folder: Path) -> Path:
    """Return a plain reply."""
    return folder / "reply.json"


def send(sandbox: Sandbox, *arguments: str | Path, **environ: str) -> Done:
    """Run the command as the merchant whom the sandbox knows."""
    return invoke("send", *arguments, **sandbox.credentials.environ, **environ)


class TestSent:
    """What is sent."""

    def test_a_template(self, sandbox: Sandbox, template: Path) -> None:
        """A template is filled, sent in one call, and its receipt printed."""
        done = send(sandbox, IMMEDIATE, template, "--var", "name=张三")
        (sent,) = sandbox.replies
        assert (done.code, done.err) == (0, "")
        assert sent.message == Message().text("您好 张三").button("转人工")
        assert [call.endpoint for call in sandbox.calls] == ["response-immediate-service"]
        titles = ["log_id", "idempotent_id", "Request-ID", "endpoint", "host"]
        assert (done.lines[0], [line.split()[0] for line in done.lines[1:]]) == ("sent", titles)
        assert sent.log_id in done.lines[1]
        assert sent.idempotent_id is not None
        assert sent.idempotent_id in done.lines[2]
        assert done.lines[4].endswith("response-immediate-service (rich reply)")

    def test_in_chinese(self, sandbox: Sandbox, message: Path) -> None:
        """The receipt is said in Chinese where that is asked for, in one column."""
        done = send(sandbox, IMMEDIATE, message, "--lang", "zh")
        assert (done.code, done.lines[0]) == (0, "已发送")
        assert re.fullmatch(f"  幂等 ID       {UUID}", done.lines[2])
        assert done.lines[4] == "  接口          response-immediate-service（富文本回复）"

    def test_a_plain_reply(self, sandbox: Sandbox, reply: Path) -> None:
        """A plain reply goes to the other endpoint, and has no idempotent_id."""
        done = send(sandbox, ORDINARY, reply)
        assert (done.code, sandbox.replies[0].reply) == (0, Reply("已处理"))
        assert "idempotent_id" not in done.out

    def test_an_id(self, sandbox: Sandbox, message: Path) -> None:
        """An idempotent_id that is given is sent, and the same one again answers once."""
        for _ in range(2):
            assert send(sandbox, IMMEDIATE, message, "--idempotent-id", "mine").code == 0
        assert [sent.idempotent_id for sent in sandbox.replies] == ["mine"]

    def test_a_merchant(self, sandbox: Sandbox, message: Path) -> None:
        """A service provider names the merchant complained about."""
        about = sandbox.complaint(complainted_mchid="1900013511").complaint_id
        assert send(sandbox, about, message, "--mchid", "1900013511").code == 0
        assert sandbox.replies[0].body["complainted_mchid"] == "1900013511"

    def test_from_a_file(self, sandbox: Sandbox, message: Path, tmp_path: Path) -> None:
        """Settings may come from a file."""
        sandbox.credentials.write(tmp_path / "state")
        done = invoke("send", IMMEDIATE, message, "--env-file", tmp_path / "state/env.sh")
        assert (done.code, len(sandbox.replies)) == (0, 1)


class TestPlainToo:
    """A rich message for a complaint that may take none."""

    def test_where_it_takes_none(self, sandbox: Sandbox, message: Path) -> None:
        """As much as fits goes as a plain reply, and what did not is told."""
        done = send(sandbox, ORDINARY, message, "--plain-too", "--lang", "zh")
        assert (done.code, sandbox.replies[0].kind) == (0, "response")
        assert done.lines[-2:] == ["普通回复放不下，已去掉：", "  - 第 2 块 · 按钮：普通回复没有这种内容"]

    def test_where_it_takes_one(self, sandbox: Sandbox, message: Path) -> None:
        """It goes as it is, after one look at the complaint."""
        done = send(sandbox, IMMEDIATE, message, "--plain-too", "--idempotent-id", "mine")
        assert (done.code, sandbox.replies[0].idempotent_id) == (0, "mine")
        assert [call.endpoint for call in sandbox.calls] == ["complaint", "response-immediate-service"]

    def test_a_plain_reply(self, sandbox: Sandbox, reply: Path) -> None:
        """A plain reply is taken by any complaint, so nothing is read."""
        assert send(sandbox, IMMEDIATE, reply, "--plain-too").code == 0
        assert [call.endpoint for call in sandbox.calls] == ["response"]

    def test_another_merchant(self, sandbox: Sandbox, message: Path) -> None:
        """A merchant other than that of the complaint is refused before anything is sent."""
        done = send(sandbox, IMMEDIATE, message, "--plain-too", "--mchid", "1")
        assert (done.code, sandbox.replies) == (1, ())
        assert done.err.startswith("Error: /complainted_mchid: ")

    def test_without_it(self, sandbox: Sandbox, message: Path) -> None:
        """Without the option it is refused, nothing is read, and the option is named."""
        done = send(sandbox, ORDINARY, message)
        assert done.code == 1
        assert done.err.splitlines()[-1].endswith("--plain-too sends a plain one.")
        assert len(sandbox.calls) == 1


class TestFindings:
    """What is wrong with the file: nothing is sent."""

    @pytest.mark.parametrize(
        ("content", "place"),
        [
            (
                '{"blocks": [{"type": "TEXT", "text": {"text": 5}}]}',
                "a.json:1:47: /blocks/0/text/text: must be a string",
            ),
            ('{"response_content": ""}', "a.json:1:22: /response_content: must not be empty"),
            ("{", "a.json:1:2: is not JSON"),
        ],
        ids=["message", "reply", "broken"],
    )
    def test_as_check_says(self, sandbox: Sandbox, tmp_path: Path, content: str, place: str) -> None:
        """Findings are shown as ``msgkit check`` shows them, and it ends with 1."""
        (tmp_path / "a.json").write_text(content)
        done = send(sandbox, IMMEDIATE, tmp_path / "a.json")
        assert (done.code, sandbox.calls) == (1, ())
        assert place in done.lines[0]
        assert done.lines[0].endswith("]")
        assert done.err == "1 file: 1 problem, 0 warnings\n"

    def test_of_a_value(self, sandbox: Sandbox, template: Path) -> None:
        """So is what a value breaks, at the place in the file that it fills; it is not shown."""
        done = send(sandbox, IMMEDIATE, template, "--var", f"name={SECRET}\U0001f600", "--lang", "zh")
        assert (done.code, sandbox.calls) == (1, ())
        assert ":1:" in done.lines[0]
        assert "第 1 块 · 文字：" in done.lines[0]
        assert SECRET not in done.out + done.err

    def test_examples_are_never_sent(self, sandbox: Sandbox, template: Path) -> None:
        """A variable without a value is an error, also where it has an example."""
        done = send(sandbox, IMMEDIATE, template)
        assert (done.code, sandbox.calls) == (2, ())
        assert done.err == "Error: no value for name; examples are never sent, so give --var name=…\n"
        assert send(sandbox, IMMEDIATE, template, "--lang", "zh").err.startswith("错误：没有填写 name。")

    def test_warnings(self, sandbox: Sandbox, tmp_path: Path) -> None:
        """What looks like a mistake is told, and sent."""
        (tmp_path / "a.json").write_text(Message().text("您好 {{name}}").to_json())
        done = send(sandbox, IMMEDIATE, tmp_path / "a.json")
        assert (done.code, len(sandbox.replies)) == (0, 1)
        assert "/blocks/0/text/text: warning: " in done.err

    @pytest.mark.parametrize(
        ("arguments", "english", "chinese"),
        [
            (("b.json",), "there is no file", "找不到文件"),
            ((".",), "is a folder", "是文件夹"),
            (("a.txt",), "is no template file", "不是模板文件"),
            (("template.json", "--var", "name"), "takes NAME=TEXT", "要写成 名称=内容"),
            (("template.json", "--var", "nmae=x"), "did you mean name?", "例如 name"),
            (("message.json", "--var", "a=x"), "there are no variables", "没有变量"),
            (("reply.json", "--var", "a=x"), "there are no variables", "没有变量"),
        ],
    )
    def test_one_line(
        self, sandbox: Sandbox, folder: Path, arguments: tuple[str, ...], english: str, chinese: str
    ) -> None:
        """A wrong path or variable is told in one line, in either language, and ends with 2."""
        path, *more = arguments
        for lang, mark, words in (("en", "Error: ", english), ("zh", "错误：", chinese)):
            done = send(sandbox, IMMEDIATE, folder / path, *more, "--lang", lang)
            assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
            assert done.err.startswith(mark)
            assert words in done.err

    def test_a_wrong_id(self, sandbox: Sandbox, message: Path, reply: Path) -> None:
        """An argument that breaks a rule is told in one line, in the language that was asked for."""
        done = send(sandbox, "x" * 65, message, "--lang", "zh")
        assert (done.code, done.err.splitlines()) == (1, ["错误：投诉单号：有 65 个字，最多 64 个"])
        assert send(sandbox, IMMEDIATE, reply, "--idempotent-id", "mine").err.startswith("Error: /idempotent_id: ")
        assert sandbox.calls == ()

    def test_no_settings(self, message: Path) -> None:
        """Without settings it names those that are missing."""
        done = invoke("send", IMMEDIATE, message)
        assert (done.code, len(done.err.splitlines())) == (1, 1)
        assert done.err.startswith("Error: not set in the environment: WECHATPAY_MCHID, ")
        assert done.err.endswith("; msgkit doctor says more\n")


class TestDryRun:
    """What would be sent, and is not."""

    def test_the_request(self, sandbox: Sandbox, template: Path) -> None:
        """The request is shown with its headers and body, the signature cut short; and then what the customer sees."""
        done = send(sandbox, IMMEDIATE, template, "--var", "name=张三", "--dry-run", "--idempotent-id", "mine")
        assert (done.code, done.err, sandbox.calls) == (0, "", ())
        path = f"{sandbox.base_url}/v3/merchant-service/complaints-v2/{IMMEDIATE}/response-immediate-service"
        assert done.lines[:3] == ["Nothing was sent. This would go out:", "", f"POST {path}"]
        (authorization,) = (line for line in done.lines if line.startswith("Authorization: "))
        assert re.search(r'signature="[A-Za-z0-9+/]{8}…",timestamp="\d+"', authorization)
        assert done.lines[-3:] == ["商家", "│ 您好 张三", "│ [ 转人工 ]  → 发送“转人工”"]
        assert '  "idempotent_id": "mine"' in done.lines

    def test_is_what_is_sent(self, sandbox: Sandbox, message: Path) -> None:
        """Its lines are those that go over the wire, in their order, and its body is the body."""
        with Server(network.forward(sandbox)) as server:
            environ = {**sandbox.credentials.environ, "WECHATPAY_BASE_URL": server.base_url}
            arguments = ("send", IMMEDIATE, message, "--idempotent-id", "mine")
            shown = invoke(*arguments, "--dry-run", **environ).lines
            assert server.received == []
            assert invoke(*arguments, **environ).code == 0
        (sent,) = server.received
        start, end = shown.index("") + 2, shown.index("", 2)
        headers = [line.partition(": ")[::2] for line in shown[start:end]]
        assert [name for name, _ in headers] == [name for name, _ in sent.headers]
        changing = {"Authorization"}
        assert [pair for pair in headers if pair[0] not in changing] == [
            pair for pair in sent.headers if pair[0] not in changing
        ]
        body = shown[end + 1 : shown.index("", end + 1)]
        assert json.loads("\n".join(body)) == sent.json
        assert f"{len(sent.body)} bytes" in shown

    def test_a_new_id(self, sandbox: Sandbox, message: Path) -> None:
        """That the id is another one in each run is said."""
        done = send(sandbox, IMMEDIATE, message, "--dry-run", "--lang", "zh")
        assert "幂等 ID 每次运行都会重新生成；要固定，请用 --idempotent-id。" in done.lines

    def test_plain_too(self, sandbox: Sandbox, message: Path) -> None:
        """With --plain-too the complaint is read, and the plain reply shown with what does not fit."""
        done = send(sandbox, ORDINARY, message, "--dry-run", "--plain-too")
        assert [call.endpoint for call in sandbox.calls] == ["complaint"]
        assert done.lines[2].endswith(f"{ORDINARY}/response")
        assert done.lines[-4:-1] == ["商家", "│ 您好", "what did not fit into a plain reply:"]
        assert "idempotent_id is new" not in done.out

    def test_by_certificates(self, sandbox: Sandbox, message: Path) -> None:
        """A merchant with platform certificates sees it too, and nothing is asked for."""
        sandbox.rotate_certificate()
        environ = {name: value for name, value in sandbox.credentials.environ.items() if "PUBLIC_KEY" not in name}
        environ["WECHATPAY_PLATFORM_CERTIFICATES"] = "1"
        done = invoke("send", IMMEDIATE, message, "--dry-run", **environ)
        assert (done.code, sandbox.calls) == (0, ())
        assert not [line for line in done.lines if line.startswith("Wechatpay-Serial")]

    def test_a_wrong_complaint(self, sandbox: Sandbox, message: Path) -> None:
        """A complaint that cannot be read ends it with 1."""
        done = send(sandbox, "1", message, "--dry-run", "--plain-too")
        assert (done.code, done.out, done.err.startswith("Error: 404")) == (1, "", True)

    def test_control_characters(self, sandbox: Sandbox, template: Path) -> None:
        """Nothing of a value steers a terminal."""
        done = send(sandbox, IMMEDIATE, template, "--var", "name=\x9b2J\x7f", "--dry-run")
        assert done.code == 0
        assert [char for char in done.out.replace("\n", "") if not char.isprintable()] == []


class TestFailed:
    """What was not sent, or may have been."""

    def test_refused(self, sandbox: Sandbox, message: Path) -> None:
        """A refusal is one line with the Request-ID, and ends it with 1."""
        sandbox.fail_next("PARAM_ERROR")
        done = send(sandbox, IMMEDIATE, message)
        first, second = done.err.splitlines()
        assert (done.code, done.out, second) == (1, "", "It was not sent.")
        assert re.match(r"Error: 400 PARAM_ERROR .*\(Request-ID \w+, idempotent_id ", first)

    @pytest.mark.parametrize("fault", ["NO_ANSWER", "WRONG_SIGNATURE", "SYSTEM_ERROR"])
    def test_unclear(self, sandbox: Sandbox, message: Path, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where it may have been sent, it ends with 3 and says with which id to send again; that answers once."""
        monkeypatch.setattr("time.sleep", lambda _: None)
        sandbox.fail_next(fault, times=5, processed=True)
        done = send(sandbox, IMMEDIATE, message)
        assert (done.code, done.out) == (3, "")
        found = re.search(f"It may have been sent. To be sure, send again with --idempotent-id ({UUID})", done.err)
        assert found
        assert send(sandbox, IMMEDIATE, message, "--idempotent-id", found[1]).code == 0
        assert len(sandbox.replies) == 1

    @pytest.mark.parametrize("more", [(), ("--plain-too",)])
    def test_unclear_and_plain(self, sandbox: Sandbox, folder: Path, more: tuple[str, ...]) -> None:
        """Of a plain reply it says to look first, as nothing makes it safe to send again."""
        sandbox.fail_next("NO_ANSWER", endpoint="response")
        file = folder / ("message.json" if more else "reply.json")
        done = send(sandbox, ORDINARY, file, *more, "--lang", "zh")
        assert done.code == 3
        assert done.err.splitlines()[1].startswith(
            "回复可能已经发出。普通回复没有幂等 ID，重发前请先用 msgkit complaints"
        )
        assert "--idempotent-id" not in done.err

    def test_not_reached(self, sandbox: Sandbox, message: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where the platform was not reached, it was not sent and may be later."""
        monkeypatch.setattr("time.sleep", lambda _: None)
        with Server(b"") as server:
            pass
        environ = {**sandbox.credentials.environ, "WECHATPAY_BASE_URL": server.base_url}
        done = invoke("send", IMMEDIATE, message, "--lang", "zh", **environ)
        first, second = done.err.splitlines()
        assert (done.code, second) == (1, "没有发出，可以稍后原样再试。")
        assert first.startswith(f"错误：{server.base_url} 没有应答：")

    def test_interrupted(self, message: Path) -> None:
        """Whoever interrupts it is told that it may have been sent, and the id; it ends with 3."""
        begun: list[Received] = []

        def interrupt(received: Received) -> bytes:
            begun.append(received)
            process.send_signal(signal.SIGINT)
            return b""

        # What a shell starts in its background ignores the signal.
        program = (
            "import signal, sys\n"
            "from msgkit.__main__ import main\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "main()\n"
        )
        command = [sys.executable, "-W", "error", "-c", program, "send", IMMEDIATE, str(message)]
        with Server(interrupt, "hang") as server:
            env = {**os.environ, **settings_for(server), "PYTHONPATH": str(ROOT)}
            with subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
            ) as process:
                out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (3, "")
        assert begun[0].json["idempotent_id"] in err.splitlines()[-1]

    def test_nothing_leaks(self, sandbox: Sandbox, template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No key, signature or word of the customer is in what is said of an error."""
        monkeypatch.setattr("time.sleep", lambda _: None)
        key = sandbox.credentials.private_key.splitlines()[3]
        for fault in ("PARAM_ERROR", "SIGN_ERROR", "NO_ANSWER", "WRONG_SIGNATURE", "NOT_JSON", "FREQUENCY_LIMITED"):
            sandbox.reset()
            sandbox.fail_next(fault, times=5)
            done = send(sandbox, IMMEDIATE, template, "--var", f"name={SECRET}")
            assert done.code in {1, 3}
            assert [
                text for text in (SECRET, key, "signature=", sandbox.credentials.apiv3_key) if text in done.err
            ] == []

    def test_control_characters(self, message: Path) -> None:
        """What the platform says steers no terminal."""
        with (
            Server(network.refusal(400, "PARAM_ERROR", "\x1b[2J\x9b31m")) as server,
            network.client_of(server.base_url),
        ):
            environ = settings_for(server)
            done = invoke("send", IMMEDIATE, message, **environ)
        assert [char for char in done.err.replace("\n", "") if not char.isprintable()] == []


class TestOutput:
    """Where it prints to."""

    def test_gbk(self, sandbox: Sandbox, message: Path) -> None:
        """On a terminal in GBK nothing is escaped."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "msgkit", "send", IMMEDIATE, message, "--dry-run", "--lang", "zh"],
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, **sandbox.credentials.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk"},
        )
        assert (done.returncode, done.stderr) == (0, b"")
        shown = done.stdout.decode("gbk")
        assert "│ [ 转人工 ]  → 发送“转人工”" in shown
        assert "\\u" not in shown

    def test_a_full_disk(self, sandbox: Sandbox, message: Path) -> None:
        """Where the receipt cannot be written, it does not end as if nothing had been sent."""
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-W", "error", "-m", "msgkit", "send", IMMEDIATE, message, "--idempotent-id", "mine"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
                check=False,
                env={**os.environ, **sandbox.credentials.environ, "PYTHONPATH": str(ROOT)},
            )
        first, second = done.stderr.splitlines()
        assert (done.returncode, len(sandbox.replies)) == (3, 1)
        assert first == "Error: the receipt could not be written: No space left on device"
        assert "send again with --idempotent-id mine" in second

    def test_help(self) -> None:
        """Help has examples, and says what the exit codes mean."""
        out = invoke("send", "--help").out
        assert "--dry-run\n" in out
        assert "3  unclear" in out
