"""Complaints as a person reads them: a list, one of them, and what was said."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import attrs

from msgkit import _columns
from msgkit._beijing import BEIJING
from msgkit._cli import _complaints_words as words
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.complaints import Complaint, ComplaintState, HistoryEntry
from msgkit.errors import ValidationError
from msgkit.preview import as_text

_WIDE = 140
"""Columns from which on a complaint of a list stands in one line."""

_EXCERPT = 18  # characters
_BOLD, _DIM, _RED, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[0m"
_HOUR, _DAY = 3600, 24 * 3600


@attrs.frozen
class Due:
    """What is to be done about a complaint, and until when.

    Attributes:
        what: The first reply, or the rest.
        until: When it must be done.
        now: The time to count from.
    """

    what: Words
    until: datetime
    now: datetime

    @classmethod
    def of(cls, complaint: Complaint, now: datetime) -> Due | None:
        """Return what is next; None where all is done."""
        if complaint.complaint_state == ComplaintState.PROCESSED:
            return None
        if complaint.complaint_state == ComplaintState.PENDING:
            return cls(words.REPLY, complaint.reply_due, now)
        return cls(words.HANDLE, complaint.handle_due, now)

    @property
    def is_over(self) -> bool:
        """Whether it is too late."""
        return self.until < self.now

    def left(self, lang: str) -> str:
        """Say the time that is left, or that has passed."""
        said = words.OVERDUE if self.is_over else words.LEFT
        return said.text(lang, time=_time(abs(self.until - self.now), lang))

    def text(self, lang: str) -> str:
        """Say what is to be done, and the time that is left."""
        return words.TO_DO.text(lang, what=self.what.text(lang), time=self.left(lang))


def urgent(complaints: Iterable[Complaint], now: datetime) -> list[Complaint]:
    """Return those that something is to be done about, the most urgent first."""
    due = [(found.until, each) for each in complaints if (found := Due.of(each, now))]
    return [each for _, each in sorted(due, key=lambda pair: pair[0])]


def listed(
    complaints: Iterable[Complaint], lang: str, now: datetime, *, width: int | None, ansi: bool
) -> Iterator[str]:
    """Show complaints: as a table, or in two lines each where the terminal is too narrow for one.

    Args:
        complaints: The complaints.
        lang: The language.
        now: The time that deadlines are counted from.
        width: Columns of the terminal; None where it is none, and a line may have any length.
        ansi: Show what is overdue in red.
    """
    show = _table if width is None or width >= _WIDE else _pairs
    yield from show(complaints, lang, now, ansi=ansi)


def _table(complaints: Iterable[Complaint], lang: str, now: datetime, *, ansi: bool) -> Iterator[str]:
    from rich.console import Console  # noqa: PLC0415 - it takes a while to load
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in (words.TIME, words.ID, words.STATE, words.AMOUNT, words.IMMEDIATE, words.DUE, words.DETAIL):
        shown.add_column(title.text(lang), no_wrap=True, justify="right" if title is words.AMOUNT else "left")
    for each in complaints:
        due = Due.of(each, now)
        shown.add_row(
            _moment(each.complaint_time),
            Text(_line(each.complaint_id)),
            Text(_named(words.STATES, each.complaint_state, lang)),
            _amount(each),
            (words.YES if each.need_immediate_service else words.NO).text(lang),
            Text(due.text(lang) if due else "", style="bold red" if due and due.is_over else ""),
            Text(_excerpt(each.complaint_detail)),
        )
    # Wide enough for any line: the lines are cut nowhere.
    console = Console(
        file=io.StringIO(), width=400, force_terminal=ansi, no_color=not ansi, color_system="standard" if ansi else None
    )
    with console.capture() as capture:
        console.print(shown)
    yield from (line.rstrip() for line in capture.get().splitlines())


def _pairs(complaints: Iterable[Complaint], lang: str, now: datetime, *, ansi: bool) -> Iterator[str]:
    for each in complaints:
        state = _columns.padded(_named(words.STATES, each.complaint_state, lang), 10)
        amount = words.YUAN.text(lang, yuan=_amount(each))
        service = words.IMMEDIATE.text(lang) if each.need_immediate_service else ""
        yield f"{_moment(each.complaint_time)}  {_line(each.complaint_id)}  {state}  {amount}  {service}".rstrip()
        due = Due.of(each, now)
        said = due.text(lang) if due else ""
        said = f"{_RED}{said}{_RESET}" if ansi and due and due.is_over else said
        yield f"{' ' * 13}{' · '.join(filter(None, (said, _excerpt(each.complaint_detail))))}"


def lines(complaint: Complaint, lang: str, now: datetime, *, phone: str | None, ansi: bool) -> Iterator[str]:
    """Show one complaint, a line for each thing that is known of it.

    Args:
        complaint: The complaint.
        lang: The language.
        now: The time that deadlines are counted from.
        phone: What to show as the customer's phone number; None for no such line.
        ansi: Show the id in bold and what is overdue in red.
    """
    rows = [(title.text(lang), value) for title, value in _rows(complaint, lang, now, phone=phone, ansi=ansi)]
    width = max(_columns.columns(title) for title, _ in rows) + 2
    head = _line(complaint.complaint_id)
    yield f"{_BOLD}{head}{_RESET}" if ansi else head
    for title, value in rows:
        first, *others = value.split("\n")
        yield f"  {_columns.padded(title, width)}{first}"
        yield from (f"  {' ' * width}{each}" for each in others)


def _rows(
    complaint: Complaint, lang: str, now: datetime, *, phone: str | None, ansi: bool
) -> Iterator[tuple[Words, str]]:
    yield words.STATE, _named(words.STATES, complaint.complaint_state, lang)
    yield words.MADE, _moment(complaint.complaint_time, year=True)
    yield from _deadlines(complaint, lang, now, ansi=ansi)
    yield words.SERVICE, _listed(_service(complaint), lang)
    yield words.MERCHANT, _line(complaint.complainted_mchid)
    kind = _named(words.PROBLEMS, complaint.problem_type, lang) if complaint.problem_type else ""
    yield words.PROBLEM, " · ".join(filter(None, (_line(complaint.problem_description), kind)))
    yield words.DETAIL, printable(complaint.complaint_detail, keep="\n")
    if complaint.apply_refund_amount is not None:
        yield words.REFUND, words.YUAN.text(lang, yuan=_yuan(complaint.apply_refund_amount))
    if complaint.complaint_full_refunded:
        yield words.REFUNDED, words.YES.text(lang)
    yield from _orders(complaint, lang)
    for media in complaint.complaint_media_list:
        kind = _named(words.MEDIA, media.media_type or "", lang)
        yield words.PICTURE, "\n".join([kind, *map(_line, media.media_url)])
    yield words.CUSTOMER, _customer(complaint, lang)
    if complaint.payer_openid:
        yield words.OPENID, _line(complaint.payer_openid)
    if phone is not None:
        yield words.PHONE, _line(phone)
    yield from _returned(complaint)


def _deadlines(complaint: Complaint, lang: str, now: datetime, *, ansi: bool) -> Iterator[tuple[Words, str]]:
    due = Due.of(complaint, now)
    if due is None:
        return
    for title, what, until in (
        (words.FIRST_REPLY, words.REPLY, complaint.reply_due),
        (words.HANDLED, words.HANDLE, complaint.handle_due),
    ):
        if what is words.REPLY and due.what is not words.REPLY:
            continue
        found = Due(what, until, now)
        said = found.left(lang)
        said = f"{_RED}{said}{_RESET}" if ansi and found.is_over else said
        yield title, f"{_moment(until, year=True)} · {said}"


def _service(complaint: Complaint) -> Iterator[Words]:
    yield words.NEEDS_IMMEDIATE if complaint.need_immediate_service else words.NEEDS_NONE
    if complaint.in_platform_service:
        yield words.IN_PLATFORM
    if complaint.is_agent_mode:
        yield words.BY_AGENT


def _orders(complaint: Complaint, lang: str) -> Iterator[tuple[Words, str]]:
    for order in complaint.complaint_order_info:
        yuan = None if order.amount is None else _yuan(order.amount)
        said = {"id": _line(order.transaction_id or "–"), "own": _line(order.out_trade_no or ""), "yuan": yuan}
        yield words.ORDER, words.ORDER_SAID.text(lang, **said)
    for service in complaint.service_order_info:
        state = _named(words.SERVICE_ORDERS, service.state, lang) if service.state else ""
        said = {"id": _line(service.order_id or "–"), "own": _line(service.out_order_no or ""), "state": state}
        yield words.SERVICE_ORDER, words.SERVICE_ORDER_SAID.text(lang, **said)


def _customer(complaint: Complaint, lang: str) -> str:
    times = complaint.user_complaint_times
    said = [words.ONCE.text(lang) if times == 1 else words.TIMES.text(lang, times=times)]
    if complaint.incoming_user_response:
        said.append(words.WROTE.text(lang))
    said += (_named(words.TAGS, tag, lang) for tag in complaint.user_tag_list)
    return " · ".join(said)


def _returned(complaint: Complaint) -> Iterator[tuple[Words, str]]:
    info = complaint.additional_info.share_power_info if complaint.additional_info else None
    if info is None:
        return
    address = info.return_address_info.return_address if info.return_address_info else None
    when = _moment(info.return_time, year=True) if info.return_time else None
    yield words.RETURNED, " · ".join(filter(None, (when, _line(address or ""))))


def phone_of(complaint: Complaint, decrypt: Callable[[str], str], lang: str) -> str:
    """Return the customer's phone number, or why there is none to show."""
    if not complaint.payer_phone:
        return words.NO_PHONE.text(lang)
    try:
        return decrypt(complaint.payer_phone)
    except ValidationError:
        return words.PHONE_UNREADABLE.text(lang)


def conversation(entries: Iterable[HistoryEntry], lang: str, *, ansi: bool) -> Iterator[str]:
    """Show a history as a conversation, the oldest first."""
    # The platform puts the newest first; what happened in one second keeps its order, turned round as well.
    ordered = list(entries)[::-1]
    ordered.sort(key=lambda entry: entry.operate_time)
    if not ordered:
        yield words.NOTHING.text(lang)
    for number, entry in enumerate(ordered):
        if number:
            yield ""
        yield _head(entry, lang, ansi=ansi)
        yield from (f"    {line}" for line in _said(entry, lang, ansi=ansi))


def _head(entry: HistoryEntry, lang: str, *, ansi: bool) -> str:
    when, what = _moment(entry.operate_time, year=True), _named(words.OPERATIONS, entry.operate_type, lang)
    operator = f" · {_line(entry.operator)}" if entry.operator else ""
    what = f"{_BOLD}{what}{_RESET}" if ansi else what
    return f"{when}  {what}{f'{_DIM}{operator}{_RESET}' if ansi and operator else operator}"


def _said(entry: HistoryEntry, lang: str, *, ansi: bool) -> Iterator[str]:
    if entry.click is not None:
        text, action = _line(entry.click.message_content or ""), _line(entry.click.action_id or "")
        yield words.TAPPED.text(lang, text=text, id=action)
    details = printable(entry.operate_details or "", keep="\n")
    if details and not (entry.click and entry.operate_details == entry.click.message_content):
        yield from details.split("\n")
    for reason in (entry.platform_service_reason, entry.platform_service_description):
        if reason:
            yield words.REASON.text(lang, text=_line(reason))
    if entry.message is not None:
        yield from as_text(entry.message, ansi=ansi).split("\n")
    pictures = [*entry.image_list, *(url for media in entry.complaint_media_list for url in media.media_url)]
    yield from (f"[{words.PICTURE.text(lang)}] {_line(url)}" for url in pictures)


def _named(names: Mapping[str, Words], value: str, lang: str) -> str:
    """Return what the platform's word is called; one that is new goes by itself."""
    return names[value].text(lang) if value in names else _line(value)


def _listed(said: Iterable[Words], lang: str) -> str:
    return " · ".join(each.text(lang) for each in said)


def _amount(complaint: Complaint) -> str:
    """Return what the customer wants back, or else what was paid."""
    paid = [order.amount for order in complaint.complaint_order_info if order.amount is not None]
    if complaint.apply_refund_amount is not None:
        return _yuan(complaint.apply_refund_amount)
    return _yuan(sum(paid)) if paid else "–"


def _yuan(fen: int) -> str:
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02}"


def _time(left: timedelta, lang: str) -> str:
    seconds = int(left.total_seconds())
    days, hours, minutes = seconds // _DAY, seconds // _HOUR, seconds // 60
    if days:
        return words.DAYS.text(lang, days=days, hours=hours % 24)
    if hours:
        return words.HOURS.text(lang, hours=hours, minutes=minutes % 60)
    return words.MINUTES.text(lang, minutes=minutes)


def _moment(when: datetime, *, year: bool = False) -> str:
    """Return a time as it is in Beijing, where the platform counts its days."""
    return when.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M" if year else "%m-%d %H:%M")


def _excerpt(text: str) -> str:
    line = _line(" ".join(text.split()))
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"


def _line(text: str) -> str:
    return printable(text.replace("\n", " "))
