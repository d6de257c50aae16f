"""A conversation as a pytest test of the merchant's: the same complaint, the same replies, the same taps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from attrs import define, evolve, field, fields
from starlette.responses import Response

from msgkit.blocks import Block, Button, ButtonGroup, InvalidInfo, Link
from msgkit.errors import ValidationError
from msgkit.message import Message
from msgkit.preview._source import INDENT, Node, call, group, imports, literal
from msgkit.preview.code import assignment
from msgkit.reply import Reply
from msgkit.sandbox import Complaint, ReceivedReply
from msgkit.sandbox.history import Entry
from msgkit.sandbox.tapping import Spot, click_of, spots, tapped_in, text_at
from msgkit.studio.conversation.common import complaint_of
from msgkit.studio.doors import Asked, Door
from msgkit.studio.site import Site

#: Until when buttons can be tapped in the test, which is run at any time.
_LATE = datetime(2100, 1, 1, tzinfo=UTC)

#: What of a complaint the test is given, where it is otherwise than usual.
_GIVEN = ("need_immediate_service", "complaint_detail", "problem_description", "problem_type", "apply_refund_amount")

_SANDBOX, _CLIENT = "wechatpay_sandbox", "wechatpay_client"
_COMPLAINT_ID = Node("complaint.complaint_id")


def as_test(complaint: Complaint, entries: Sequence[Entry], replies: Sequence[ReceivedReply]) -> str:
    """Return a conversation as a module with one test, which passes as it is.

    Args:
        complaint: The complaint.
        entries: Its history, in the order in which it was made.
        replies: Its replies.
    """
    writer = _Writer(complaint, entries, {reply.log_id: reply for reply in replies})
    body = list(writer.body())
    head = ['"""A conversation of the sandbox as a test."""', ""]
    ours = sorted(name for name in writer.used if name.startswith("msgkit"))
    for modules in (["datetime"] if "datetime" in writer.used else [], ours):
        lines = [line for module in modules for line in imports(module, sorted(writer.used[module]))]
        head += [*lines, ""] if lines else []
    return "\n".join([*head, "", *body]) + "\n"


@define
class _Writer:
    """Writes the test, and keeps what must be imported.

    Attributes:
        complaint: The complaint.
        entries: Its history.
        replies: Its replies, by their ``log_id``.
        used: The names to import, by their module.
        names: What the receipts of replies are called, by the ``log_id`` of the reply.
    """

    complaint: Complaint
    entries: Sequence[Entry]
    replies: Mapping[str, ReceivedReply]
    used: dict[str, set[str]] = field(factory=lambda: {"msgkit": {"Client"}, "msgkit.sandbox": {"Sandbox"}})
    names: dict[str, str] = field(factory=dict)

    def body(self) -> Iterator[str]:
        yield f"def test_conversation({_SANDBOX}: Sandbox, {_CLIENT}: Client) -> None:"
        yield f'{INDENT}"""The customer complains; each reply arrives, and each tap is told."""'
        yield from call(f"complaint = {_SANDBOX}.complaint", self._given()).lines(INDENT)
        if any(entry.operate_type.startswith("USER_") for entry in self.entries[1:]):
            yield f"{INDENT}customer = {_SANDBOX}.customer(complaint)"
        for number, entry in enumerate(self.entries[1:], 1):
            lines = list(self._step(entry, self.entries[:number]))
            if lines:
                yield ""
                yield from lines

    def _given(self) -> list[Node]:
        usual = {each.name: each.default for each in fields(Complaint)}
        given = {name: getattr(self.complaint, name) for name in _GIVEN}
        return [
            _value(value).after(f"{name}=") for name, value in given.items() if value != usual[name] and value != ""
        ]

    def _step(self, entry: Entry, before: Sequence[Entry]) -> Iterator[str]:
        """Yield what makes an entry, and what must hold then."""
        match entry.operate_type:
            case "MERCHANT_RESPONSE":
                yield from self._reply(entry)
            case "USER_CLICK_RESPONSE":
                yield from self._tap(entry, before)
            case "USER_RESPONSE":
                yield from call("customer.says", [literal(entry.operate_details)]).lines(INDENT)
            case "USER_CONTINUE_COMPLAINT":
                yield from call("customer.continues_complaint", [literal(entry.operate_details)]).lines(INDENT)
            case "MERCHANT_CONFIRM_COMPLETE":
                yield f"{INDENT}{_CLIENT}.complete(complaint.complaint_id)"
            case "MERCHANT_APPROVE_REFUND":
                yield from self._decided("approve_refund", "remark", entry)
            case "MERCHANT_REFUSE_RERUND":
                yield from self._decided("reject_refund", "reason", entry)
            case _:
                more = [literal(entry.operate_details).after("details=")] if entry.operate_details else []
                yield from call(f"{_SANDBOX}.entry", [_COMPLAINT_ID, literal(entry.operate_type), *more]).lines(INDENT)

    def _decided(self, method: str, name: str, entry: Entry) -> Iterator[str]:
        said = [literal(entry.operate_details).after(f"{name}=")] if entry.operate_details else []
        yield from call(f"{_CLIENT}.{method}", [_COMPLAINT_ID, *said]).lines(INDENT)

    def _reply(self, entry: Entry) -> Iterator[str]:
        received = self.replies.get(entry.log_id)
        if received is None:  # a test has put it into the history by hand
            return
        number = f"_{len(self.names) + 1}" if len(self.replies) > 1 else ""
        name, self.names[entry.log_id] = f"message{number}", f"receipt{number}"
        message, reply = received.message, received.reply
        kind = "message"
        if message is not None:
            lines, used = assignment(_lasting(message), name, INDENT)
            for module, names in used.items():
                self.used.setdefault(module, set()).update(names)
            yield from lines
        elif reply is not None:
            name, kind = f"reply{number}", "reply"
            made, used_here = _plain(reply)
            self.used["msgkit"] |= used_here
            yield from made.after(f"{name} = ").lines(INDENT)
        is_needed = any((click_of(each) or {}).get("clicked_log_id") == entry.log_id for each in self.entries)
        receipt = f"{self.names[entry.log_id]} = " if is_needed else ""
        yield from call(f"{receipt}{_CLIENT}.send", [_COMPLAINT_ID, Node(name)]).lines(INDENT)
        yield f"{INDENT}assert {_SANDBOX}.replies[-1].{kind} == {name}"

    def _tap(self, entry: Entry, before: Sequence[Entry]) -> Iterator[str]:
        click = click_of(entry) or {}
        home = next((each for each in before if each.log_id == click.get("clicked_log_id")), None)
        spot = None if home is None else tapped_in(home, entry)
        if home is None or spot is None or home.log_id not in self.names:
            return
        receipt = Node(f"{self.names[home.log_id]}.log_id")
        if _is_found_by_text(spot, home, before):
            yield from call("customer.taps", [literal(spot.text)]).lines(INDENT)
        else:
            # Only a rich reply can be tapped on, and its receipt has a log_id.
            yield f"{INDENT}assert {receipt.flat} is not None"
            yield from call("customer.tap_at", [receipt, literal(spot.pointer)]).lines(INDENT)
        yield f"{INDENT}click = next({_CLIENT}.history(complaint.complaint_id)).click"
        yield f"{INDENT}assert click is not None"
        yield f"{INDENT}assert click.raw == {{"
        for name in ("message_content", "action_id"):
            if name in click:
                yield f'{INDENT * 2}"{name}": {literal(text_at(click, name)).flat},'
        yield f'{INDENT * 2}"clicked_log_id": {receipt.flat},'
        yield f"{INDENT}}}"


def _is_found_by_text(spot: Spot, home: Entry, before: Sequence[Entry]) -> bool:
    """Tell whether a tap by the text on a button finds just this one: in the newest message that has it, the first."""
    for entry in reversed(before):
        for each in spots(entry.normal_message):
            if spot.text in (each.text, each.action_id):
                return entry.log_id == home.log_id and each.pointer == spot.pointer
    return False


def _lasting(message: Message) -> Message:
    """Return a message whose buttons can still be tapped when the test is run."""
    try:
        return Message(map(_lasting_block, message), message.sender_identity, message.custom_data)
    except ValidationError:  # the platform's own, which only a lenient reader takes
        return message


def _lasting_block(block: Block) -> Block:
    match block:
        case ButtonGroup(buttons=buttons):
            lasting = [evolve(button, invalid_info=_later(button.invalid_info)) for button in buttons]
            return evolve(block, buttons=lasting, invalid_info=_later(block.invalid_info))
        case Button() | Link():
            return evolve(block, invalid_info=_later(block.invalid_info))
        case _:
            return block


def _later(info: InvalidInfo | None) -> InvalidInfo | None:
    return info if info is None or info.expired_time is None else evolve(info, expired_time=_LATE)


def _plain(reply: Reply) -> tuple[Node, set[str]]:
    """Return what makes a plain reply, and the names that it needs."""
    try:
        Reply.from_dict(reply.to_dict())
    except ValidationError:
        return call("Reply.from_json", [literal(reply.to_json()), Node("strict=False")]), {"Reply"}
    items = [literal(reply.response_content)]
    if images := reply.response_images:
        items.append(group([*map(literal, images)]).after("response_images="))
    if reply.jump_url is not None and reply.jump_url_text is not None:
        items += [literal(reply.jump_url).after("jump_url="), literal(reply.jump_url_text).after("jump_url_text=")]
    if (program := reply.mini_program_jump_info) is None:
        return call("Reply", items), {"Reply"}
    made = call("MiniProgramJumpInfo", [literal(program.appid), literal(program.path), literal(program.text)])
    return call("Reply", [*items, made.after("mini_program_jump_info=")]), {"MiniProgramJumpInfo", "Reply"}


def _value(value: object) -> Node:
    return literal(value) if isinstance(value, str) else Node(repr(value))


def _export(site: Site, asked: Asked) -> Response:
    complaint = complaint_of(site, asked)
    replies = [reply for reply in site.sandbox.replies if reply.complaint_id == complaint.complaint_id]
    code = as_test(complaint, site.sandbox.history(complaint.complaint_id), replies)
    return site.answer(asked, "conversation/export.html", code=code)


DOORS = (Door("GET", "/conversation/export", _export),)
