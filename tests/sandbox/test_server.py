"""Starting and stopping, in the background and in the foreground."""

import gc
import inspect
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from msgkit.sandbox import Sandbox, SandboxError, calls, serve

from .merchant import COMPLAINTS, HEADERS, IMMEDIATE, UPLOAD, Answered, Merchant

SERVE = "import sys; from msgkit.sandbox import serve; serve(int(sys.argv[1]), sys.argv[2])"


# Runs `msgkit`, which gets a signal at one moment: when it imports a module, or before it calls a function.
INTERRUPTED = """
import importlib.abc, os, runpy, signal, sys, threading

# A shell starts what runs in its background with SIGINT ignored, these tests perhaps among it.
signal.signal(signal.SIGINT, signal.default_int_handler)

def interrupt(*_):
    if not met:
        met.append(True)
        print("MET", file=sys.stderr, flush=True)
        os.kill(os.getpid(), {number})

met = []
name = ""

class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, *_):
        if name == moment:
            interrupt()

def before(owner, name):
    real = getattr(owner, name)
    def interrupted(*arguments, **named):
        interrupt()
        return real(*arguments, **named)
    setattr(owner, name, interrupted)

moment = {moment!r}
sys.meta_path.insert(0, Finder())
if moment.endswith(")"):
    import socket, tempfile
    from cryptography.hazmat.primitives.asymmetric import rsa
    owner, _, name = moment.removesuffix("()").rpartition(".")
    before(eval(owner), name)
if name == "join":
    # Its first signal lets it stop, which is what the second one meets.
    threading.Timer(2, os.kill, (os.getpid(), {number})).start()
sys.argv[0] = "msgkit"
runpy.run_module("msgkit", run_name="__main__", alter_sys=False)
"""
IMPORTS = ("click", "msgkit._cli._main", "msgkit.sandbox", "starlette", "uvicorn", "jsonschema_rs")
LATER = (
    "h11",
    "rsa.generate_private_key()",
    "socket.create_server()",
    "tempfile.mkstemp()",
    "threading.Thread.start()",
    "threading.Thread.join()",
)


def port_of(sandbox: Sandbox) -> int:
    """The port in a sandbox's address."""
    return int(sandbox.base_url.rpartition(":")[2])


class TestBackground:
    """A sandbox in a with statement."""

    def test_life(self) -> None:
        """A sandbox answers inside the block; after it, only what it remembers is left."""
        before = set(threading.enumerate())
        with Sandbox() as sandbox:
            merchant = Merchant.of(sandbox)
            assert merchant.reply(merchant.plain()).status == 204
            assert f"{port_of(sandbox)}" in repr(sandbox)
        assert set(threading.enumerate()) == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=1)
        assert len(sandbox.replies) == 1
        assert repr(sandbox) == "<Sandbox not running>"

    @pytest.mark.parametrize(
        "sent",
        [
            b"",
            b"POST /v3",
            f"POST {UPLOAD} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc".encode(),
        ],
        ids=["silent", "half a head", "half a body"],
    )
    @pytest.mark.slow
    def test_slow_client(self, sent: bytes) -> None:
        """A client that keeps its connection open does not keep the sandbox alive."""
        before = set(threading.enumerate())
        with (
            socket.socket() as slow,
            Sandbox() as sandbox,
        ):
            slow.connect(("127.0.0.1", port_of(sandbox)))
            slow.sendall(sent)
            # Once this one was answered, what the slow client sent has been read.
            Merchant.of(sandbox).complete()
        assert set(threading.enumerate()) == before
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=1)

    def test_again(self) -> None:
        """A stopped sandbox can be started again, with its keys and its memory."""
        sandbox = Sandbox()
        with sandbox:
            credentials = sandbox.credentials
            sandbox.complaint("kept")
        with sandbox:
            assert sandbox.credentials.private_key == credentials.private_key
            merchant = Merchant.of(sandbox)
            assert merchant.reply(merchant.plain(), "kept").status == 204

    def test_same_port(self) -> None:
        """A port is free again as soon as its sandbox has stopped."""
        with Sandbox() as first:
            merchant = Merchant.of(first)
            merchant.complete()
        with Sandbox(port_of(first)) as second:
            assert second.base_url == first.base_url

    def test_entered_twice(self, running: Sandbox) -> None:
        """A running sandbox cannot be started a second time."""
        with pytest.raises(SandboxError, match="already"), running:
            pass
        assert running.complaints

    def test_not_started(self) -> None:
        """A sandbox that never ran has no address to tell."""
        with pytest.raises(SandboxError, match="with statement"):
            _ = Sandbox().base_url

    @pytest.mark.parametrize("port", [-1, 65536])
    def test_no_port(self, port: int) -> None:
        """A port that cannot exist is one clear error."""
        with pytest.raises(SandboxError, match=f"127.0.0.1:{port}"), Sandbox(port):
            pass

    def test_port_in_use(self, running: Sandbox) -> None:
        """A port that is taken is one clear error, in a line."""
        port = port_of(running)
        with pytest.raises(SandboxError) as caught, Sandbox(port):
            pass
        assert f"127.0.0.1:{port}" in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1

    def test_state_dir(self, tmp_path: Path) -> None:
        """The credentials are there before the block begins."""
        with Sandbox(state_dir=tmp_path / "state") as sandbox:
            values = json.loads((tmp_path / "state" / "credentials.json").read_text("utf-8"))
            assert values["base_url"] == sandbox.base_url

    def test_state_dir_unwritable(self, tmp_path: Path) -> None:
        """A directory that cannot be written is one clear error, and no socket stays open."""
        (tmp_path / "file").write_text("")
        with pytest.raises(SandboxError, match="credentials"), Sandbox(state_dir=tmp_path / "file"):
            pass

    @pytest.mark.skipif(sys.platform != "linux", reason="Linux has all of 127.0.0.0/8")
    def test_loopback_only(self, running: Sandbox) -> None:
        """No other address of this machine is listened on."""
        probe = socket.socket()
        with probe:
            # Were the port bound on all addresses, this one would be taken too.
            probe.bind(("127.0.0.2", port_of(running)))

    @pytest.mark.skipif(sys.platform != "linux", reason="Linux has all of 127.0.0.0/8")
    def test_all_loopback_only(self) -> None:
        """Nor by its control port, nor by the other host; and there is no argument that would have it otherwise."""
        with Sandbox(control=0) as sandbox, sandbox.another_host() as other:
            for url in (sandbox.control_url, other):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.2", int(url.rpartition(":")[2])))
        assert "host" not in inspect.signature(Sandbox).parameters

    @pytest.mark.parametrize("port", ["80", None, 80.0, True, b"80", []], ids=repr)
    def test_port_of_another_type(self, port: Any) -> None:
        """A port that is no number is told in a sentence, also to `serve`, before anything starts."""
        with pytest.raises(SandboxError, match="a port is a number from 0 to 65535, not"):
            Sandbox(port)
        with pytest.raises(SandboxError, match="a port is a number from 0 to 65535, not"):
            serve(port)

    @pytest.mark.parametrize("directory", ["", 1, True, b"state", [], "a\0b"], ids=repr)
    def test_state_dir_of_another_type(self, directory: Any) -> None:
        """A directory that is no path is told in a sentence; an empty one is a variable that was not set."""
        with pytest.raises(SandboxError, match="state_dir must be the path of a directory"):
            Sandbox(state_dir=directory)


def request(merchant: Merchant, target: str, body: dict[str, Any], *, form: str = "") -> bytes:
    """The bytes of a request, its target written in another form."""
    raw = json.dumps(body).encode()
    headers = HEADERS | {
        "Host": "127.0.0.1",
        "Authorization": merchant.authorization("POST", target, raw),
        "Content-Length": str(len(raw)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {form or target} HTTP/1.1\r\n{head}\r\n".encode() + raw


class TestConnections:
    """What a connection is like."""

    def test_no_delay(self, running: Sandbox, merchant: Merchant) -> None:
        """The sandbox's end of a connection has TCP_NODELAY, or each answer on it would come 40 ms late."""
        with socket.create_connection(("127.0.0.1", port_of(running))) as mine:
            mine.sendall(request(merchant, f"{COMPLAINTS}/{IMMEDIATE}/complete", {}))
            assert mine.recv(9)
            ends = [end for end in gc.get_objects() if type(end) is socket.socket and end.fileno() >= 0]
            theirs = [end for end in ends if is_peer(end, mine)]
            assert [bool(end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)) for end in theirs] == [True]

    @pytest.mark.parametrize("origin", ["http://127.0.0.1:{}", "HTTP://localhost", "https://api.mch.weixin.qq.com"])
    def test_absolute_form(self, sandbox: Sandbox, merchant: Merchant, origin: str) -> None:
        """A target in absolute form is its path: found, and signed without the host."""
        target = f"{COMPLAINTS}/{IMMEDIATE}/response?a=http://b"
        form = origin.format(port_of(sandbox)) + target
        body = json.dumps(merchant.plain()).encode()
        authorization = merchant.authorization("POST", target, body)
        answered = merchant.send("POST", form, body, HEADERS | {"Authorization": authorization})
        assert answered.status == 204
        merchant.verify(answered)
        assert len(sandbox.replies) == 1

    @pytest.mark.parametrize("form", ["http://127.0.0.1", "http://127.0.0.1?a", "http:/v3", "*"])
    def test_absolute_nowhere(self, running: Sandbox, merchant: Merchant, form: str) -> None:
        """A target that names no endpoint gets a 404 in JSON, whatever its form."""
        assert running.base_url
        answered = merchant.send("POST", form, b"{}", HEADERS)
        assert (answered.status, answered.code) == (404, "RESOURCE_NOT_EXISTS")

    def test_order(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Requests that come at once on one connection are carried out and answered in their order."""
        blocks = [{"type": "TEXT", "text": {"text": "a"}}] * 5000
        large = merchant.rich(message={"blocks": blocks}, idempotent_id="first")
        small = merchant.rich(idempotent_id="second")
        target = f"{COMPLAINTS}/{IMMEDIATE}/response-immediate-service"
        with socket.create_connection(("127.0.0.1", port_of(sandbox)), timeout=30) as mine:
            mine.sendall(request(merchant, target, large) + request(merchant, target, small))
            answers = b""
            while answers.count(b"log_id") < 2:
                answers += mine.recv(65536)
        assert [reply.idempotent_id for reply in sandbox.replies] == ["first", "second"]
        first, second = (reply.log_id.encode() for reply in sandbox.replies)
        assert 0 < answers.index(first) < answers.index(second)


def is_peer(end: socket.socket, mine: socket.socket) -> bool:
    """Whether a socket is the other end of mine."""
    try:
        return bool(end.getpeername() == mine.getsockname())
    except OSError:
        return False


class TestHoldingUp:
    """One call's work is not another's wait."""

    @pytest.mark.parametrize("step", ["parse_json", "check"])
    def test_others_are_answered(
        self, sandbox: Sandbox, merchant: Merchant, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        """While one body is read or checked, other calls are answered."""
        entered, answered = threading.Event(), threading.Event()
        real = getattr(calls, step)

        def slow(*arguments: Any, **named: Any) -> Any:
            # Only the first call is slow: it ends when the others were answered, or they waited for it.
            if not entered.is_set():
                entered.set()
                answered.wait(3)
            return real(*arguments, **named)

        monkeypatch.setattr(calls, step, slow)
        with ThreadPoolExecutor(1) as pool:
            held = pool.submit(merchant.reply_richly, merchant.rich())
            assert entered.wait(10)
            others: list[Answered] = [merchant.complete() for _ in range(3)]
            assert not held.done()
            answered.set()
            assert held.result().status == 200
        assert [other.status for other in others] == [204] * 3
        assert len(sandbox.replies) == 1


class TestIds:
    """Serial numbers and media ids."""

    @pytest.mark.slow
    def test_of_two_sandboxes(self) -> None:
        """No two sandboxes give the same ids, not even a sandbox that is a restart of another."""
        given: list[str] = []
        for _ in range(3):
            with Sandbox() as sandbox:
                merchant = Merchant.of(sandbox)
                given.extend(merchant.reply_richly(merchant.rich()).json["log_id"] for _ in range(3))
                given.append(sandbox.complaint().complaint_id)
        assert len(set(given)) == len(given)
        assert all(one.isdecimal() and len(one) <= 64 for one in given)
        assert {len(one) for one in given[3::4]} == {27}

    def test_in_order(self, sandbox: Sandbox, merchant: Merchant) -> None:
        """Later serial numbers of one sandbox are larger."""
        for _ in range(5):
            merchant.reply(merchant.plain())
        numbers = [int(reply.log_id) for reply in sandbox.replies]
        assert numbers == sorted(set(numbers))


class TestSilence:
    """What the sandbox says in the program that it runs in."""

    @pytest.fixture
    def heard(self) -> Iterator[list[logging.LogRecord]]:
        """Everything that reaches the log of a program that wants to hear everything."""
        records: list[logging.LogRecord] = []

        class Listener(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                records.append(record)

        root, listener = logging.getLogger(), Listener()
        level = root.level
        root.addHandler(listener)
        root.setLevel(logging.DEBUG)
        yield records
        root.setLevel(level)
        root.removeHandler(listener)

    @pytest.mark.slow
    def test_life(self, heard: list[logging.LogRecord]) -> None:
        """Starting, answering, breaking off, meeting garbage and stopping is told by nobody but the sandbox."""
        with Sandbox() as sandbox:
            merchant = Merchant.of(sandbox)
            merchant.complete()
            sandbox.fail_next("NO_ANSWER")
            with pytest.raises(Exception, match=r"IncompleteRead|Remote end"):
                merchant.complete()
            with socket.create_connection(("127.0.0.1", port_of(sandbox))) as mine:
                mine.sendall(b"\0\0 garbage\r\n\r\n")
                assert mine.recv(12) == b"HTTP/1.1 400"
            half = socket.create_connection(("127.0.0.1", port_of(sandbox)))
            half.sendall(f"POST {UPLOAD} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc".encode())
            merchant.complete()
        half.close()
        assert {record.name for record in heard} == {"msgkit.sandbox"}

    def test_loggers_are_left_alone(self) -> None:
        """A program's own uvicorn logs as before, beside the sandbox and after it."""
        names = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi", "asyncio")
        loggers = [logging.getLogger(name) for name in names]
        handler = logging.NullHandler()
        loggers[2].addHandler(handler)
        try:
            before = [(one.level, one.propagate, list(one.handlers), list(one.filters)) for one in loggers]
            with Sandbox():
                beside = [(one.level, one.propagate, list(one.handlers)) for one in loggers]
                assert loggers[1].filter(logging.makeLogRecord({"name": "uvicorn.error"}))
            after = [(one.level, one.propagate, list(one.handlers), list(one.filters)) for one in loggers]
            assert beside == [one[:3] for one in before]
            assert after == before
        finally:
            loggers[2].removeHandler(handler)


class TestIndependence:
    """The second opinion."""

    def test_imports(self) -> None:
        """What the sandbox adds to the message side, which comes with the package, is its own; none is the client's."""
        script = (
            "import sys, msgkit; before = set(sys.modules); import msgkit.sandbox;"
            "print(*(n for n in set(sys.modules) - before if n.startswith('msgkit.')"
            " and not n.startswith(('msgkit.sandbox', 'msgkit._extras'))))"
        )
        printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert printed.stdout.strip() == ""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
class TestForeground:
    """A sandbox in a process of its own."""

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_signal(self, tmp_path: Path, number: signal.Signals) -> None:
        """serve() says once that it listens, answers, and ends with 0 on a signal."""
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", SERVE, "0", str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stdout
            line = process.stdout.readline()
            values = json.loads((tmp_path / "credentials.json").read_text("utf-8"))
            assert line == f"listening on {values['base_url']}\n"
            host, _, port = values["base_url"].removeprefix("http://").partition(":")
            socket.create_connection((host, int(port)), timeout=5).close()
            process.send_signal(number)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")

    def test_a_call_at_once(self) -> None:
        """A call that is made as soon as it is said where to is told too, after the lines that say so."""
        script = (
            "import os, signal, urllib.error, urllib.request\n"
            "from msgkit.sandbox import serve\n"
            "def announce(line):\n"
            "    print(line)\n"
            "    try: urllib.request.urlopen(line.split()[-1] + '/nothing')\n"
            "    except urllib.error.HTTPError as error: error.close()\n"
            "    os.kill(os.getpid(), signal.SIGINT)\n"
            "serve(announce=announce, report=print)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
        first, second = done.stdout.splitlines()
        assert first.startswith("listening on http://127.0.0.1:")
        assert second.endswith(" GET /nothing 404 RESOURCE_NOT_EXISTS")

    def test_port_in_use(self, running: Sandbox, tmp_path: Path) -> None:
        """serve() on a taken port raises the error that a command can print, and prints nothing."""
        script = SERVE.replace("serve(int", "import msgkit.sandbox as s\ntry: serve(int") + (
            "\nexcept s.SandboxError as error: sys.exit(str(error))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(port_of(running)), str(tmp_path)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("cannot listen on 127.0.0.1:")
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("moment", "number"),
        [
            *((moment, signal.SIGINT) for moment in (*IMPORTS, *LATER)),
            *((moment, signal.SIGTERM) for moment in LATER),
        ],
    )
    def test_signal_at_any_moment(self, tmp_path: Path, moment: str, number: signal.Signals) -> None:
        """A signal while it imports, makes keys, binds, writes, starts or stops ends it without a traceback."""
        script = INTERRUPTED.format(number=int(number), moment=moment)
        command = [sys.executable, "-c", script, "sandbox", "--state-dir", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert done.stderr.strip() in {"MET", "MET\n\nAborted!"}
        assert done.returncode in ({1, 130} if moment in IMPORTS else {0})
        # What was interrupted left nothing half done: the next start takes the directory.
        with Sandbox(state_dir=tmp_path) as sandbox:
            assert sandbox.base_url

    @pytest.mark.parametrize("level", ["DEBUG", "CRITICAL"])
    def test_terminal(self, tmp_path: Path, level: str) -> None:
        """Garbage and broken connections leave nothing of the server's own on the terminal."""
        script = f"import logging; logging.basicConfig(level={level!r}); {SERVE}"
        with subprocess.Popen(
            [sys.executable, "-c", script, "0", str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout
            port = int(process.stdout.readline().rpartition(":")[2])
            for sent in (b"\0\0\r\n\r\n", f"POST {UPLOAD} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na".encode()):
                with socket.create_connection(("127.0.0.1", port), timeout=5) as mine:
                    mine.sendall(sent)
                    mine.shutdown(socket.SHUT_WR)
                    mine.recv(99)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=10)
        assert (process.returncode, out) == (0, "")
        lines = [line for line in err.splitlines() if not line.startswith("INFO:msgkit.sandbox:")]
        assert lines == []
