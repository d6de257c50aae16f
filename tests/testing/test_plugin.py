"""Tests of the pytest plugin: in this process, and as a user has it, in an empty folder and a process of its own."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import stamina

import msgkit
from _msgkit_pytest import pytest_assertrepr_compare
from msgkit import AsyncClient, Button, Client, Image, JumpUrl, Message, PlatformError, Reply, SendMessage, Text
from msgkit._extras import hint
from msgkit.sandbox import Sandbox

PLUGIN = "_msgkit_pytest"
ROOT = Path(msgkit.__file__).parent.parent
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(32)

USERS = """
from msgkit import Button, Message, Template

refund = Template(Message().text("您好 ${name}，订单 ${order_no} 的退款已受理").button("转人工"))


def test_refund_reply(wechatpay_sandbox, wechatpay_client):
    wechatpay_client.send(wechatpay_sandbox.complaint().complaint_id, refund.render(name="张三", order_no="42"))
    assert [b.text for b in wechatpay_sandbox.replies[-1].message.find(Button)] == ["转人工"]
"""

TWO_OF_ONE_SESSION = """
import os
from msgkit import Message

seen = []


def check(sandbox, client):
    print("SERVER", os.getpid(), sandbox.base_url)
    seen.append(sandbox.base_url)
    assert len(set(seen)) == 1
    assert (len(sandbox.complaints), sandbox.replies, sandbox.uploads) == (2, (), ())
    complaint = sandbox.complaint()
    client.send(complaint.complaint_id, Message().text("a"))
    assert len(sandbox.replies) == 1


def test_1(wechatpay_sandbox, wechatpay_client):
    check(wechatpay_sandbox, wechatpay_client)


def test_2(wechatpay_sandbox, wechatpay_client):
    check(wechatpay_sandbox, wechatpay_client)


def test_3(wechatpay_sandbox, wechatpay_client):
    check(wechatpay_sandbox, wechatpay_client)


def test_4(wechatpay_client, wechatpay_sandbox):
    check(wechatpay_sandbox, wechatpay_client)
"""

FAILING = """
from msgkit import Button, Message, Reply, Text


def test_messages():
    left = Message().text("a").button_group("好", "不好")
    assert left == Message().text("a").button_group("好", "很不好")


def test_replies():
    assert Reply("a") == Reply("b")


def test_blocks():
    assert Text("left") == Text("right")


def test_found():
    assert Message().button_group("left", "more").find(Button) == Message().button("right").find(Button)


def test_others():
    assert {"a": 1} == {"a": 2}


def test_two_kinds():
    assert Message().text("a") == Reply("a")


def test_not_equal():
    assert Message().text("a") != Message().text("a")
"""

BLOCKS_ALONE = """
from msgkit import Text


def test_blocks():
    assert [Text("left")] == [Text("right")]
"""

UNMET_FAULTS = """
import unittest
import pytest
from msgkit import Message


def test_met(wechatpay_sandbox, wechatpay_client):
    wechatpay_sandbox.fail_next("NO_AUTH")
    with pytest.raises(Exception):
        wechatpay_client.send(wechatpay_sandbox.complaint().complaint_id, Message().text("a"))


def test_unmet(wechatpay_sandbox):
    wechatpay_sandbox.fail_next("NO_AUTH", times=3)
    wechatpay_sandbox.fail_next("NO_ANSWER")


@pytest.mark.usefixtures("wechatpay_client")
def test_by_another_fixture(request):
    request.getfixturevalue("wechatpay_sandbox").fail_next()


def test_clean_after_it(wechatpay_sandbox):
    assert wechatpay_sandbox.faults == ()


@pytest.fixture
def late(wechatpay_sandbox, wechatpay_client):
    complaint_id = wechatpay_sandbox.complaint().complaint_id
    yield
    wechatpay_sandbox.fail_next("INVALID_REQUEST")
    with pytest.raises(Exception):
        wechatpay_client.send(complaint_id, Message().text("a"))
    wechatpay_sandbox.fail_next("PARAM_ERROR", times=2)


def test_late(late):
    pass


def test_late_failure(late):
    assert 1 == 2, "the early failure"


def test_reset(wechatpay_sandbox):
    wechatpay_sandbox.fail_next()
    wechatpay_sandbox.reset()


def test_own_failure(wechatpay_sandbox):
    wechatpay_sandbox.fail_next("RATELIMIT_EXCEEDED")
    assert 1 == 2, "the first failure"


def test_skipped(wechatpay_sandbox):
    wechatpay_sandbox.fail_next("RATELIMIT_EXCEEDED")
    pytest.skip("not today")


@pytest.mark.xfail(strict=True, raises=ZeroDivisionError)
def test_expected_to_fail(wechatpay_sandbox):
    wechatpay_sandbox.fail_next("RATELIMIT_EXCEEDED")
    1 / 0


class TestOfTheStandardLibrary(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def take(self, wechatpay_sandbox):
        self.sandbox = wechatpay_sandbox

    def test_unmet_too(self):
        self.sandbox.fail_next("SERVICE_UNAVAILABLE")

    def test_own_failure_too(self):
        self.sandbox.fail_next("RATELIMIT_EXCEEDED")
        self.fail("the other first failure")
"""

CONVERSATIONS = """
import pytest
from msgkit import Message


def talk(sandbox, client):
    complaint = sandbox.complaint(complaint_detail="没收到货")
    client.send(complaint.complaint_id, Message().text("您好").button("转人工").button("催一下", multi_clickable=False))
    customer = sandbox.customer(complaint)
    customer.taps("催一下")
    customer.says("还没到账")
    return customer


def test_failing(wechatpay_sandbox, wechatpay_client):
    talk(wechatpay_sandbox, wechatpay_client).taps("人工")


def test_passing(wechatpay_sandbox, wechatpay_client):
    talk(wechatpay_sandbox, wechatpay_client).taps("转人工")


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_expected_to_fail(wechatpay_sandbox, wechatpay_client):
    talk(wechatpay_sandbox, wechatpay_client).taps("人工")


def test_quiet(wechatpay_sandbox):
    assert 1 == 2


def test_many(wechatpay_sandbox):
    for number in range(8):
        wechatpay_sandbox.customer(wechatpay_sandbox.complaint(f"id-{number}")).says(f"words-{number}")
    assert 1 == 2


@pytest.fixture
def broken(wechatpay_sandbox):
    wechatpay_sandbox.customer(wechatpay_sandbox.complaint()).says("in a fixture")
    raise ValueError


def test_setup(broken):
    pass


@pytest.fixture
def late(wechatpay_sandbox):
    yield
    raise ValueError


def test_twice(wechatpay_sandbox, late):
    wechatpay_sandbox.customer(wechatpay_sandbox.complaint()).says("said once")
    assert 1 == 2
"""

WITHOUT_MSGKIT = """
import sys


def test_comparison():
    assert [1, 2] == [1, 3]


def test_nothing_is_imported():
    assert "_msgkit_pytest" in sys.modules
    ours = [name for name in sys.modules if name.partition(".")[0] == "msgkit"]
    theirs = [name for name in ("cattrs", "requests", "cryptography", "starlette") if name in sys.modules]
    assert ours + theirs == []
"""

AT_THE_END = """
import sys


def pytest_unconfigure():
    print("IMPORTED", [name for name in sys.modules if name.partition(".")[0] == "msgkit"])
"""

COMPOSING = """
from msgkit import Message


def test_composing():
    assert Message().text("a").to_dict()
"""

WATCHING = """
import sys

seen = set()


def watch(frame, event, argument):
    if frame.f_code.co_name == "<module>":
        seen.add(frame.f_globals.get("__name__"))


def pytest_configure():
    sys.settrace(watch)


def pytest_unconfigure():
    sys.settrace(None)
    ours = {name for name in sys.modules if name.partition(".")[0] == "msgkit"}
    print("SEEN", bool(ours) and ours <= seen)
"""

CIRCLE: list[object] = []
CIRCLE.append(CIRCLE)


def run_pytest(folder: Path, *arguments: str, alone: bool = True) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder as a user would who has msgkit installed.

    Args:
        folder: The folder.
        arguments: Those of pytest.
        alone: Whether of all plugins that are installed only ours is loaded, which is faster.
    """
    installed = any(entry.value == PLUGIN for entry in importlib.metadata.entry_points(group="pytest11"))
    plugin = () if installed and not alone else ("-p", PLUGIN)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "WECHATPAY_"))}
    environment |= {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    environment |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} if alone else {}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
        env=environment,
    )


class TestInAnEmptyFolder:
    """A user's own tests."""

    def test_the_promised_example(self, tmp_path: Path) -> None:
        """A test file with both fixtures passes, with no configuration and every warning an error."""
        (tmp_path / "test_reply.py").write_text(USERS)
        done = run_pytest(tmp_path, "-W", "error", alone=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert "1 passed" in done.stdout

    @pytest.mark.slow
    def test_one_server_and_clean_for_each(self, tmp_path: Path) -> None:
        """A session has one server, and each test finds it as new, whatever the test before has left."""
        (tmp_path / "test_reply.py").write_text(TWO_OF_ONE_SESSION)
        done = run_pytest(tmp_path, "-rP")
        assert "4 passed" in done.stdout, done.stdout
        assert len(set(re.findall(r"SERVER .*", done.stdout))) == 1

    @pytest.mark.slow
    def test_xdist(self, tmp_path: Path) -> None:
        """Each worker of pytest-xdist has a server of its own."""
        pytest.importorskip("xdist")
        (tmp_path / "test_reply.py").write_text(TWO_OF_ONE_SESSION)
        done = run_pytest(tmp_path, "-rP", "-p", "xdist", "-n", "2")
        assert "4 passed" in done.stdout, done.stdout
        servers = set(re.findall(r"SERVER (\d+) (\S+)", done.stdout))
        assert len(servers) == len({process for process, _ in servers}) == len({url for _, url in servers}) == 2

    def test_failing_comparisons(self, tmp_path: Path) -> None:
        """A failing comparison of two messages says which pointers differ and how; others fail as ever."""
        (tmp_path / "test_reply.py").write_text(FAILING)
        done = run_pytest(tmp_path, "-W", "error")
        assert done.returncode == 1
        out = done.stdout
        assert "two Messages differ:" in out
        assert "/blocks/1/button_group/buttons/1/text: '不好' != '很不好'" in out
        assert "/blocks/1/button_group/buttons/0" not in out
        assert "two Replies differ:" in out
        assert "/response_content: 'a' != 'b'" in out
        assert "{'a': 1} != {'a': 2}" in out
        assert "two Texts differ:" in out
        assert "/text/text: 'left' != 'right'" in out
        assert "two tuples differ, of 2 and 1 entries:" in out
        assert "/0/button/text: 'left' != 'right'" in out
        assert "/1: Button {'type': 'BUTTON', 'button': {'text': 'more'" in out
        assert len(re.findall(r"^E .* differ(, of .*)?:$", out, re.MULTILINE)) == 4
        assert "INTERNALERROR" not in out

    def test_blocks_alone(self, tmp_path: Path) -> None:
        """The same where a suite has blocks only and never made a message."""
        (tmp_path / "test_block.py").write_text(BLOCKS_ALONE)
        assert "/0/text/text: 'left' != 'right'" in run_pytest(tmp_path, "-W", "error").stdout

    @pytest.mark.slow
    def test_unmet_faults(self, tmp_path: Path) -> None:
        """A fault that was planned and not met fails the test and is named; a test's own outcome is read first."""
        (tmp_path / "test_faults.py").write_text(UNMET_FAULTS)
        done = run_pytest(tmp_path, "-rA", "-W", "error")
        found = {
            name: outcome
            for outcome, name in re.findall(r"^([A-Z]+) test_faults\.py::(?:\w+::)?(\w+)", done.stdout, re.MULTILINE)
        }
        assert found == {
            "test_met": "PASSED",
            "test_unmet": "FAILED",
            "test_by_another_fixture": "FAILED",
            "test_clean_after_it": "PASSED",
            "test_late": "ERROR",
            "test_late_failure": "FAILED",
            "test_reset": "PASSED",
            "test_own_failure": "FAILED",
            "test_expected_to_fail": "XFAIL",
            "test_unmet_too": "FAILED",
            "test_own_failure_too": "FAILED",
        }
        assert "1 skipped" in done.stdout
        out = done.stdout
        assert "met by no call: NO_AUTH (3 calls left), NO_ANSWER (1 call left)." in out
        assert "met by no call: SYSTEM_ERROR (1 call left)." in out
        assert out.count("met by no call: PARAM_ERROR (2 calls left).") == 2  # at the place, and in the summary
        assert "INVALID_REQUEST" not in out
        assert "the early failure" in out
        assert "met by no call: SERVICE_UNAVAILABLE (1 call left)." in out
        assert "RATELIMIT_EXCEEDED (1 call left)" not in out
        assert "the first failure" in out
        assert "the other first failure" in out
        assert "INTERNALERROR" not in out

    @pytest.mark.slow
    def test_conversations(self, tmp_path: Path) -> None:
        """A failing test shows what its customers see, at most five, once; others show nothing."""
        (tmp_path / "test_talk.py").write_text(CONVERSATIONS)
        done = run_pytest(tmp_path, "-rA", "-W", "error")
        out = done.stdout
        assert "1 passed, 1 xfailed, 2 errors" in out.replace("4 failed, ", "")
        parts = dict(
            re.findall(r"^_+ (?:ERROR at \w+ of )?(\w+) _+$(.*?)(?=^_{3,} |^={3,} )", out, re.MULTILINE | re.DOTALL)
        )
        failing = parts["test_failing"]
        assert "'人工' cannot be tapped: no reply has it. What can be: [转人工]" in failing
        _, _, shown = failing.partition(" WeChat Pay conversation ")
        lines = [re.sub(r"^[-\d]{10} [:\d]{8} |\d{20,}", "", line) for line in shown.rstrip().splitlines()[1:]]
        assert lines == [
            "投诉单 （处理中）",
            "投诉人 发起投诉",
            "  没收到货",
            "商家",
            "  您好",
            "  [转人工]",
            "  [催一下]（已点过）",
            "投诉人 点了 [催一下]",
            "  催一下",
            "投诉人",
            "  还没到账",
        ]
        assert re.findall(r"words-\d|\(3 more\)", parts["test_many"]) == [*(f"words-{n}" for n in range(5)), "(3 more)"]
        assert "WeChat Pay conversation" not in parts["test_quiet"]
        assert "in a fixture" in parts["test_setup"]
        assert out.count("  said once") == 1
        assert out.count("- WeChat Pay conversation -") == 4
        assert "INTERNALERROR" not in out

    @pytest.mark.parametrize("name", ["starlette", "uvicorn", "jsonschema_rs", "python_multipart"])
    @pytest.mark.slow
    def test_without_the_extra(self, tmp_path: Path, name: str) -> None:
        """Without the extra, the import and the fixture say what is missing and the cure."""
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('no {name}', name='{name}')")
        (tmp_path / "test_it.py").write_text("def test_it(wechatpay_sandbox): pass")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
        command = [sys.executable, "-c", "from msgkit.sandbox import Sandbox"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
        last = done.stderr.splitlines()[-1]
        assert last == f"msgkit._extras.MissingExtraError: no module {name}; the sandbox needs {hint('sandbox')}"
        out = run_pytest(tmp_path).stdout
        assert f"no module {name}; the sandbox needs {hint('sandbox')}" in out

    @pytest.mark.parametrize("alone", [True, False])
    @pytest.mark.slow
    def test_costs_others_nothing(self, tmp_path: Path, *, alone: bool) -> None:
        """A suite that does not use it imports nothing of msgkit to its end, and its comparisons fail as ever."""
        (tmp_path / "test_other.py").write_text(WITHOUT_MSGKIT)
        (tmp_path / "conftest.py").write_text(AT_THE_END)
        done = run_pytest(tmp_path, alone=alone)
        assert "1 failed, 1 passed" in done.stdout, done.stdout
        assert "At index 1 diff: 2 != 3" in done.stdout
        assert "IMPORTED []" in done.stdout

    def test_what_measures_coverage(self, tmp_path: Path) -> None:
        """Whoever watches from the start of pytest, as coverage does, sees all of msgkit from the first line on."""
        (tmp_path / "test_reply.py").write_text(COMPOSING)
        (tmp_path / "conftest.py").write_text(WATCHING)
        assert "SEEN True" in run_pytest(tmp_path).stdout

    @pytest.mark.slow
    def test_what_rewrites_asserts(self, tmp_path: Path) -> None:
        """Pytest can still rewrite the asserts of what it is told to: nothing of msgkit was imported too early."""
        (tmp_path / "test_reply.py").write_text(COMPOSING)
        (tmp_path / "conftest.py").write_text("import pytest\n\npytest.register_assert_rewrite('msgkit')\n")
        done = run_pytest(tmp_path, "-W", "error")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout

    def test_fixtures_are_listed(self, tmp_path: Path) -> None:
        """``pytest --fixtures`` tells what each of the two is."""
        (tmp_path / "test_nothing.py").write_text("")
        out = run_pytest(tmp_path, "--fixtures").stdout
        assert "A local WeChat Pay over real HTTP" in out
        assert "A `Client` that talks to ``wechatpay_sandbox``." in out
        assert "_wechatpay_server" not in out


class TestImport:
    """What importing the plugin costs."""

    def test_imports_next_to_nothing(self) -> None:
        """Importing the plugin imports nothing that pytest has not imported before."""
        program = (
            "import sys, pytest\nbefore = set(sys.modules)\nimport _msgkit_pytest\nprint(*set(sys.modules) - before)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.stdout.split() == ["_msgkit_pytest"]

    def test_names_of_the_package(self) -> None:
        """What `msgkit.testing` promises is there."""
        import msgkit.testing as package  # noqa: PLC0415

        assert [name for name in package.__all__ if not hasattr(package, name)] == []


class TestCompare:
    """Which comparisons it has a say in."""

    @pytest.mark.parametrize("op", ["!=", "<", "in", "is", "not in"])
    def test_only_equality(self, op: str) -> None:
        """It has nothing to say of other operators."""
        assert pytest_assertrepr_compare(op, Message().text("a"), Message().text("b")) is None

    @pytest.mark.parametrize(
        ("left", "right"),
        [
            (1, 2),
            ("a", "b"),
            (Message().text("a"), None),
            (None, Message().text("a")),
            (Message().text("a"), Reply("a")),
            (Message().text("a"), Message().text("a").to_dict()),
            (Button("a"), "a"),
            (Message().text("a"), [Message().text("a")]),
            ([1], [2]),
            ([[[[Text("a")]]]], [[[[Text("b")]]]]),
            ({"a": 1}, {"a": 2}),
            ([], ()),
            (CIRCLE, [1]),
        ],
    )
    def test_only_two_of_a_kind(self, left: object, right: object) -> None:
        """It has nothing to say of two values that no rule of ours compares, nor of lists with nothing of ours."""
        assert pytest_assertrepr_compare("==", left, right) is None

    @pytest.mark.parametrize(
        ("left", "right", "title"),
        [
            (Text("a"), Text("b"), "two Texts differ:"),
            (Reply("a"), Reply("b"), "two Replies differ:"),
            (Text("a"), Image("b"), "a Text and an Image differ:"),
            (SendMessage("a"), JumpUrl("https://a.example"), "a SendMessage and a JumpUrl differ:"),
            ([Text("a")], [Text("b")], "two lists differ:"),
            ((Text("a"), 1), (Text("a"), 1, 2), "two tuples differ, of 2 and 3 entries:"),
            ([Text("a")], (Text("a"),), "a list and a tuple differ:"),
            ([], [Text("a")], "two lists differ, of 0 and 1 entries:"),
            ({"a": Text("a")}, {"b": Text("a")}, "two dicts differ:"),
        ],
    )
    def test_titles(self, left: object, right: object, title: str) -> None:
        """The first line says what two things differ, and how long two lists are that are not equally long."""
        lines = pytest_assertrepr_compare("==", left, right)
        assert lines is not None
        assert lines[0] == title
        assert len(lines) > 1

    def test_two_messages(self) -> None:
        """It says that they differ, and then each difference on a line."""
        left, right = Message().text("a").button("b"), Message().text("c").button("b").sent_by("MANUAL")
        assert pytest_assertrepr_compare("==", left, right) == [
            "two Messages differ:",
            "/blocks/0/text/text: 'a' != 'c'",
            "/sender_identity: (absent) != 'MANUAL'",
        ]


class TestFixtures:
    """The fixtures, in this process."""

    def test_replies(self, wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
        """Each reply is there with its complaint, its ids, and as the message or the reply that was sent."""
        message = Message().text("您好").button("好").sent_by("MACHINE")
        reply = Reply("您好").image("m1").link("订单", "https://shop.example/o")
        rich, ordinary = wechatpay_sandbox.complaint(), wechatpay_sandbox.complaint(need_immediate_service=False)
        receipt = wechatpay_client.send(rich.complaint_id, message, idempotent_id="i1")
        wechatpay_client.send(ordinary.complaint_id, reply)
        first, second = wechatpay_sandbox.replies
        assert (first.message, first.reply, first.complaint_id) == (message, None, rich.complaint_id)
        assert (first.idempotent_id, first.log_id) == ("i1", receipt.log_id)
        assert (second.message, second.reply, second.complaint_id) == (None, reply, ordinary.complaint_id)
        assert second.idempotent_id is None

    def test_uploads(self, wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
        """Each uploaded picture is there with its id, its name and its bytes."""
        media_id = wechatpay_client.upload_image(PICTURE, "receipt.png")
        [upload] = wechatpay_sandbox.uploads
        assert (upload.media_id, upload.filename, upload.content) == (media_id, "receipt.png", PICTURE)

    def test_overrides_of_a_complaint(self, wechatpay_sandbox: Sandbox) -> None:
        """A complaint is made with what a test says of it, and with an id of its own."""
        one = wechatpay_sandbox.complaint(complainted_mchid="1900013511", complaint_state="PROCESSED")
        other = wechatpay_sandbox.complaint("mine", need_immediate_service=False)
        assert (one.complainted_mchid, one.complaint_state) == ("1900013511", "PROCESSED")
        assert (other.complaint_id, other.need_immediate_service) == ("mine", False)
        assert one.complaint_id != wechatpay_sandbox.complaint().complaint_id

    def test_a_fault(self, wechatpay_sandbox: Sandbox, wechatpay_client: Client) -> None:
        """The next call goes wrong where a test asks for it, and the one after it does not."""
        wechatpay_sandbox.fail_next("SYSTEM_ERROR")
        complaint_id = wechatpay_sandbox.complaint().complaint_id
        with stamina.set_testing(True), pytest.raises(PlatformError):
            wechatpay_client.send(complaint_id, Message().text("a"))
        wechatpay_client.send(complaint_id, Message().text("a"))
        assert len(wechatpay_sandbox.replies) == 1

    def test_awaiting(self, wechatpay_sandbox: Sandbox, wechatpay_async_client: AsyncClient) -> None:
        """The client that awaits talks to the sandbox of the same test, in whatever event loop the test has."""

        async def main() -> str | None:
            async with wechatpay_async_client as client:
                return (await client.send(wechatpay_sandbox.complaint().complaint_id, Message().text("a"))).log_id

        assert asyncio.run(main()) == wechatpay_sandbox.replies[-1].log_id

    def test_the_client_is_the_sandboxs(self, wechatpay_client: Client, wechatpay_sandbox: Sandbox) -> None:
        """The client talks to the sandbox of the same test, in whatever order they are asked for."""
        assert repr(wechatpay_client) == (
            f"Client(mchid={wechatpay_sandbox.credentials.mchid!r}, base_url={wechatpay_sandbox.base_url!r})"
        )
