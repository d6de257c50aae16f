"""The recipes of the documentation, as a reader copies them: with the real SDKs, against the sandbox."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import stamina

from msgkit import Client, Message
from msgkit.complaints import MediaType
from msgkit.sandbox import Sandbox

DOCS = Path(__file__).parent.parent / "docs"
COMPLAINT = "200201820200101080076610000"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
WORDS = "您的退款申请已受理"

SEND = f"""
import json
import stamina
from msgkit import Message

stamina.set_testing(True, attempts=5, cap=True)  # as many attempts, no waiting
message = Message().text("{WORDS}")
"""


def recipe(page: str, heading: str) -> str:
    """Return the first block of Python under a heading."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^#+ {heading}\n.*?^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def run(sandbox: Sandbox, *parts: str) -> str:
    """Run parts of a program, one after the other, as one that has the sandbox's keys; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(parts)],
        env=os.environ | sandbox.credentials.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class TestOpenTelemetry:
    """A span for each attempt."""

    EXPORTED = """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
"""
    BLOCKING = f"""
with trace.get_tracer("shop").start_as_current_span("answer"):
    client.send("{COMPLAINT}", message)
"""
    AWAITING = f"""
import asyncio
from msgkit import AsyncClient

async def answer():
    async with AsyncClient.from_env(on_attempt=traced) as client:
        with trace.get_tracer("shop").start_as_current_span("answer"):
            await client.send("{COMPLAINT}", message)

asyncio.run(answer())
"""
    SHOWN = """
print(json.dumps([json.loads(span.to_json()) for span in exporter.get_finished_spans()]))
"""

    @pytest.mark.parametrize("way", [BLOCKING, AWAITING], ids=["blocking", "awaiting"])
    def test_spans(self, sandbox: Sandbox, way: str) -> None:
        """Both attempts of a call are children of the span around it, and say what they ended in and nobody's words."""
        sandbox.fail_next("SYSTEM_ERROR")
        printed = run(sandbox, self.EXPORTED, recipe("operate.md", "OpenTelemetry"), SEND, way, self.SHOWN)
        first, second, around = json.loads(printed)
        assert around["name"] == "answer"
        assert [each["parent_id"] for each in (first, second)] == [around["context"]["span_id"]] * 2
        assert {each["name"] for each in (first, second)} == {"wechatpay response-immediate-service"}
        assert {each["kind"] for each in (first, second)} == {"SpanKind.CLIENT"}
        assert [each["status"]["status_code"] for each in (first, second)] == ["ERROR", "UNSET"]
        assert [call.request_id for call in sandbox.calls] == [
            each["attributes"].pop("wechatpay.request_id") for each in (first, second)
        ]
        host = {"server.address": sandbox.base_url}
        assert first["attributes"] == {
            **host,
            "http.request.resend_count": 0,
            "http.response.status_code": 500,
            "error.type": "PlatformError",
        }
        assert second["attributes"] == {**host, "http.request.resend_count": 1, "http.response.status_code": 200}
        assert around["start_time"] <= first["start_time"] < first["end_time"] <= second["start_time"]
        assert WORDS not in printed
        assert COMPLAINT not in printed


class TestPrometheus:
    """Counters, and a histogram."""

    SHOWN = """
from prometheus_client import generate_latest

client.send("%s", message)
print(generate_latest().decode())
"""

    def test_metrics(self, sandbox: Sandbox) -> None:
        """What is counted says which endpoint, which host and what came of it; stamina's own counter sees the same."""
        sandbox.fail_next("FREQUENCY_LIMITED", times=2)
        printed = run(sandbox, recipe("operate.md", "Prometheus"), SEND, self.SHOWN % COMPLAINT)
        labels = f'host="{sandbox.base_url}",operation="response-immediate-service"'
        operation = '{operation="response-immediate-service"}'
        assert f'wechatpay_attempts_total{{{labels},outcome="RateLimitError"}} 2.0' in printed
        assert f'wechatpay_attempts_total{{{labels},outcome="success"}} 1.0' in printed
        assert f"wechatpay_attempts_again_total{operation} 2.0" in printed
        assert f"wechatpay_attempt_seconds_count{operation} 3.0" in printed
        assert re.search(r'^stamina_retries_total\{callable="<context block>",.*\} 1.0$', printed, re.MULTILINE)
        assert COMPLAINT not in printed


class TestLogs:
    """What a line says, and what no line says."""

    def test_line(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        """The line that the page shows is the form of each attempt's."""
        text = (DOCS / "operate.md").read_text(encoding="utf-8")
        shown = re.search(r"^POST /v3/.*$", text, re.MULTILINE)
        assert shown
        caplog.set_level(logging.INFO)
        with Client.from_env(sandbox.credentials.environ) as client:
            client.send(COMPLAINT, Message().text(WORDS))
        (line,) = (record.getMessage() for record in caplog.records if record.name == "msgkit")
        form = re.escape(shown[0]).replace("42", r"\d+").replace("08F78BB5AF0610D302189D9EE6", "[0-9A-F]+")
        assert re.fullmatch(form.replace(re.escape("https://api.mch.weixin.qq.com"), re.escape(sandbox.base_url)), line)

    def test_stamina(self, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
        """What tries again logs no argument: no complaint, no word, no id."""
        sandbox.fail_next("SYSTEM_ERROR")
        with (
            stamina.set_testing(True, attempts=5, cap=True),
            Client.from_env(sandbox.credentials.environ) as client,
        ):
            client.send(COMPLAINT, Message().text(WORDS), idempotent_id="refund-accepted/1")
        (record,) = (vars(record) for record in caplog.records if record.name == "stamina")
        assert (record["stamina.callable"], record["stamina.args"], record["stamina.kwargs"]) == (
            "<context block>",
            (),
            {},
        )
        said = repr(record)
        assert not any(each in said for each in (COMPLAINT, WORDS, *sandbox.credentials.private_key.split()[3:-3]))


class TestPictures:
    """The three kinds of pictures."""

    def test_download(self, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The block of the page fetches those on the platform's host, signed, and those on another one, unsigned."""
        monkeypatch.chdir(tmp_path)
        ours, foreign = sandbox.picture(PNG), sandbox.picture(PNG + b"2", presigned=True)
        media = [{"media_type": MediaType.USER_COMPLAINT_IMAGE, "media_url": [ours]}]
        complaint_id = sandbox.complaint(complaint_media_list=media).complaint_id
        sandbox.entry(complaint_id, "PLATFORM_RESPONSE", image_list=[foreign])
        with Client.from_env(sandbox.credentials.environ) as client:
            names: dict[str, Any] = {"client": client, "complaint": client.complaint(complaint_id)}
            exec(recipe("complaints.md", "Pictures"), names)  # noqa: S102 - our own page
        assert Path("customer.png").read_bytes() == PNG
        assert names["picture"].content == PNG + b"2"
        assert names["picture"].media_type == "image/png"
