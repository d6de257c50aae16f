"""Sending one file: what is checked before, what would go out, and what is said of what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from msgkit import _columns
from msgkit._apiv3.calls import Answer, Request
from msgkit._cli import _errors, _output
from msgkit._cli._errors import WrongError
from msgkit._cli._files import assignments, content_of, require_known, said_of, shelf_of, source_of, values_of
from msgkit._language import CHINESE, Words
from msgkit._printable import printable
from msgkit._receipt import Receipt
from msgkit.client import Client
from msgkit.client._transport import Transport
from msgkit.errors import InvalidRequestError, Problem, SendError, TemplateError, ValidationError
from msgkit.message import Message
from msgkit.preview import as_text
from msgkit.reply import Reply
from msgkit.templates import checking
from msgkit.templates._filled import fill
from msgkit.templates._folder import UnreadableError
from msgkit.templates._source import Source
from msgkit.templates.checking import Finding, Report

NOT_SENT, UNCLEAR = 1, 3
"""How a command ends that did not send, and one that may have."""

_LACKING = Words(
    "no value for {names:list}; examples are never sent, so give --var {first}=…",
    "没有填写 {names:list}。发送时不会用示例代替，请加上 --var {first}=…。",
)

_SENT = Words("sent", "已发送")
_NAMES = {
    "log_id": Words("log_id", "log_id"),
    "idempotent_id": Words("idempotent_id", "幂等 ID"),
    "request_id": Words("Request-ID", "Request-ID"),
    "endpoint": Words("endpoint", "接口"),
    "host": Words("host", "域名"),
}
_ENDPOINTS = {
    "response-immediate-service": Words(
        "response-immediate-service (rich reply)", "response-immediate-service（富文本回复）"
    ),
    "response": Words("response (plain reply)", "response（普通回复）"),
}
_DROPPED = Words("what did not fit into a plain reply:", "普通回复放不下，已去掉：")

_INTERRUPTED = Words("interrupted", "已中断")
_UNWRITTEN = Words("the receipt could not be written: {why:reason}", "回执写不出来：{why:reason}")
_UNCLEAR = Words("It may have been sent.", "回复可能已经发出。")
_AGAIN_WITH_ID = Words(
    "To be sure, send again with --idempotent-id {id} — with it, the customer gets the reply once.",
    "请带上 --idempotent-id {id} 再发一次，用户只会收到一条。",
)
_LOOK_FIRST = Words(
    "A plain reply has no idempotent_id: look at msgkit complaints history {complaint} before you send again.",
    "普通回复没有幂等 ID，重发前请先用 msgkit complaints history {complaint} 查看是否已经发出。",
)
_LATER = Words("It was not sent; the same command may succeed later.", "没有发出，可以稍后原样再试。")
_NEVER = Words("It was not sent.", "没有发出。")

_PLAIN_TOO = Words(
    "If the complaint takes no rich reply, --plain-too sends a plain one.",
    "如果投诉单不支持富文本回复，可以加上 --plain-too 改发普通回复。",
)

_DRY = Words("Nothing was sent. This would go out:", "没有发送。将发出的请求如下：")
_BYTES = Words("{number} bytes", "{number} 字节")
_NEW_ID = Words(
    "idempotent_id is new in each run; --idempotent-id keeps it.",
    "幂等 ID 每次运行都会重新生成；要固定，请用 --idempotent-id。",
)

_SIGNATURE = 'signature="'
_SHOWN = 8  # characters of a signature


@attrs.frozen
class Checked:
    """A file that was checked.

    Attributes:
        content: What would be sent; None where it cannot be.
        report: What was found.
    """

    content: Message | Reply | None
    report: Report


def check(path: Path, variables: tuple[str, ...], lang: str, library: Path | None = None) -> Checked:
    """Read a file, fill its variables, and find what is wrong with what would be sent.

    Raises:
        SaidError: There is no such file, it has no such variables, or some have no value.
    """
    given = assignments(variables, lang)
    try:
        source = source_of(path, lang)
    except UnreadableError:
        return Checked(None, checking.check((path,)))
    try:
        found = content_of(source, shelf_of(source, library))
    except ValidationError as error:
        return Checked(None, _report(source, error.problems))
    if isinstance(found, Reply):
        require_known((name for name, _ in given), frozenset(), lang)
        return Checked(found, Report(1, ()))
    values = values_of(found, given, lang)
    if lacking := sorted(found.required - values.keys()):
        names = tuple(map(printable, lacking))
        raise WrongError(_LACKING.text(lang, names=names, first=names[0]), lang)
    try:
        filled = fill(found, values)
    except TemplateError as error:
        raise WrongError(said_of(error, lang), lang) from None
    if filled.problems:
        return Checked(None, _report(source, filled.problems))
    warnings = (Finding(str(path), each, "warning", source.place(each)) for each in filled.advice)
    return Checked(filled.message, Report(1, tuple(warnings)))


def _report(source: Source, problems: Iterable[Problem]) -> Report:
    placed = sorted(((source.place(each), each) for each in problems), key=lambda pair: pair[0])
    return Report(1, tuple(Finding(str(source.path), each, "error", where) for where, each in placed))


class _Shown(Exception):  # noqa: N818 - no error: the request that was to be seen
    """A request that would have gone out."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self.request = request


class _Showing(Transport):
    """Carries nothing."""

    def send(self, request: Request) -> Answer:
        """Hand the request to whoever wants to see it."""
        raise _Shown(request)


class DryClient(Client):
    """A client that makes the very request that a client would send, and sends none."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        # What is needed to believe an answer is not fetched, as there will be none.
        self._platform = attrs.evolve(self._platform, certificates=None)

    def _open(self) -> None:
        self._transport = _Showing(self._platform.hosts.all, timeout=self._timeout)


@attrs.frozen
class Sending:
    """One reply to one complaint.

    Attributes:
        complaint_id: The complaint.
        content: What to say.
        idempotent_id: The id of a rich reply; None for a plain one.
        mchid: The merchant complained about; None for the caller, or whom the complaint names.
        plain_too: Whether to look at the complaint first, and to answer plainly where it takes no rich reply.
    """

    complaint_id: str
    content: Message | Reply
    idempotent_id: str | None
    mchid: str | None
    plain_too: bool

    def send(self, client: Client, reader: Client | None = None) -> Receipt:
        """Send it.

        Args:
            client: Who sends.
            reader: Who looks at the complaint; by default who sends.

        Raises:
            MsgkitError: It was not sent, or may not have been.
        """
        content = self.content
        if self.plain_too and isinstance(content, Message):
            complaint = (reader or client).complaint(self.complaint_id)
            client._merchant(complaint, self.mchid)  # noqa: SLF001 - another merchant is refused as in `send`
            return client.reply(complaint, content, idempotent_id=self.idempotent_id)
        return client.send(self.complaint_id, content, idempotent_id=self.idempotent_id, complainted_mchid=self.mchid)

    def request(self, environ: Mapping[str, str]) -> Request:
        """Return what would be sent.

        Raises:
            MsgkitError: Nothing would be.
        """
        with Client.from_env(environ) as reader, DryClient.from_env(environ) as client:
            try:
                self.send(client, reader)
            except _Shown as shown:
                return shown.request
        raise AssertionError  # a client that carries nothing cannot come to an end


def told(receipt: Receipt, lang: str) -> Iterator[str]:
    """Tell what came back for a reply, a line each."""
    yield _SENT.text(lang)
    values = {**attrs.asdict(receipt, recurse=False), "endpoint": _endpoint(receipt.endpoint, lang)}
    for name, title in _NAMES.items():
        if values[name]:
            yield f"  {_columns.padded(title.text(lang), 14)}{printable(values[name])}"
    yield from _dropped(receipt.dropped, lang)


def _endpoint(name: str, lang: str) -> str:
    return _ENDPOINTS[name].text(lang) if name in _ENDPOINTS else name


def failure(error: BaseException, sending: Sending, lang: str) -> tuple[str, str, int]:
    """Return what to say of what went wrong, what to do about it, and how to end.

    Args:
        error: A `SendError`; the interrupt of whoever waited; or why what came back could not be written.
        sending: What was to be sent.
        lang: The language.
    """
    if not isinstance(error, SendError):
        # It may have been the plain reply that was under way, which has no id.
        known = None if sending.plain_too else sending.idempotent_id
        what = _UNWRITTEN.text(lang, why=error.strerror) if isinstance(error, OSError) else _INTERRUPTED.text(lang)
        return what, _look(sending, known, lang), UNCLEAR
    said = _errors.told(error, lang)
    if error.maybe_processed:
        return said, _look(sending, error.idempotent_id, lang), UNCLEAR
    cure = (_LATER if error.retryable else _NEVER).text(lang)
    is_rich = isinstance(sending.content, Message) and not sending.plain_too
    if is_rich and isinstance(error, InvalidRequestError):
        cure += ("" if lang == CHINESE else " ") + _PLAIN_TOO.text(lang)
    return said, cure, NOT_SENT


def _look(sending: Sending, idempotent_id: str | None, lang: str) -> str:
    """Say how to find out whether a reply was sent, or how to send it again all the same."""
    if idempotent_id is None:
        cure = _LOOK_FIRST.text(lang, complaint=printable(sending.complaint_id))
    else:
        cure = _AGAIN_WITH_ID.text(lang, id=printable(idempotent_id))
    return f"{_UNCLEAR.text(lang)}{'' if lang == CHINESE else ' '}{cure}"


def shown(sending: Sending, request: Request, lang: str, *, is_new_id: bool) -> Iterator[str]:
    """Show a request as it goes over the wire, but for the end of the signature, and what the customer would see.

    Args:
        sending: What it was made of.
        request: The request.
        lang: The language.
        is_new_id: Whether the ``idempotent_id`` was made for it.
    """
    yield _DRY.text(lang)
    yield ""
    yield f"{request.method} {request.host}{request.path}"
    # These two are added by whoever speaks HTTP.
    yield f"Host: {request.host.partition('://')[2]}"
    yield f"Content-Length: {len(request.body)}"
    for name, value in request.headers.items():
        yield f"{name}: {_shortened(value) if name == 'Authorization' else value}"
    yield ""
    body = json.loads(request.body)
    yield from map(printable, json.dumps(body, ensure_ascii=False, indent=2).splitlines())
    yield ""
    yield _BYTES.text(lang, number=len(request.body))
    if is_new_id and "idempotent_id" in body:
        yield _NEW_ID.text(lang)
    yield ""
    content = _content(body)
    yield as_text(content, ansi=_output.has_styles())
    if isinstance(content, Reply) and isinstance(sending.content, Message):
        yield from _dropped(sending.content.to_reply()[1], lang)


def _content(body: dict[str, Any]) -> Message | Reply:
    """Return what the body of a request says to the customer."""
    if "message" in body:
        return Message.from_dict(body["message"], strict=False)
    return Reply.from_dict({key: value for key, value in body.items() if key != "complainted_mchid"}, strict=False)


def _dropped(problems: tuple[Problem, ...], lang: str) -> Iterator[str]:
    if problems:
        yield _DROPPED.text(lang)
        yield from (f"  - {problem.placed(lang)}" for problem in problems)


def _shortened(authorization: str) -> str:
    before, mark, rest = authorization.partition(_SIGNATURE)
    signature, quote, after = rest.partition('"')
    return f"{before}{mark}{signature[:_SHOWN]}…{quote}{after}"
