"""Lists and histories: every page, each entry once, by the days of Beijing, whatever happens meanwhile."""

import json
import time
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial
from typing import Any, Literal
from urllib.parse import parse_qsl

import attrs
import pytest
from hypothesis import given, strategies as st

from msgkit import (
    ApiError,
    Client,
    InvalidRequestError,
    NoAuthError,
    NotFoundError,
    PlatformError,
    ResponseVerificationError,
    Retry,
    SignError,
    TransportError,
    ValidationError,
)
from msgkit._endpoints import Page
from msgkit.client import _flows
from msgkit.sandbox import Sandbox
from tests.network import IMMEDIATE, Server, answer, client_for, client_of, signed

either = pytest.mark.usefixtures("both", "at_once")

BEIJING = timezone(timedelta(hours=8))
DAY = date(2025, 3, 10)
NOON = datetime(2025, 3, 10, 12, tzinfo=BEIJING)


def queries(sandbox: Sandbox) -> list[dict[str, str]]:
    """What each call asked for."""
    return [dict(parse_qsl(call.query)) for call in sandbox.calls]


def pages(sandbox: Sandbox) -> list[tuple[int, int]]:
    """The limit and the offset of each call."""
    return [(int(query["limit"]), int(query["offset"])) for query in queries(sandbox)]


def add_complaints(sandbox: Sandbox, count: int, moment: datetime = NOON) -> list[str]:
    """Add complaints, each a second later than the one before; return their ids, the newest first."""
    made = [sandbox.complaint(complaint_time=moment + timedelta(seconds=number)) for number in range(count)]
    return [complaint.complaint_id for complaint in reversed(made)]


def add_entries(sandbox: Sandbox, count: int) -> list[str]:
    """Add entries to a history; return their ids, the newest first."""
    return [sandbox.entry(IMMEDIATE, "USER_RESPONSE", details=str(number)).log_id for number in range(count)][::-1]


@pytest.fixture
def tries_once(sandbox: Sandbox) -> Iterator[Client]:
    """A client that tries once."""
    with client_for(sandbox) as client:
        yield client


@either
class TestPages:
    """All pages, when they are needed."""

    def test_complaints(self, sandbox: Sandbox, tries_once: Client) -> None:
        """All complaints of a day come, in the platform's order, in pages of 50."""
        ids = add_complaints(sandbox, 120)
        assert [each.complaint_id for each in tries_once.complaints(DAY, DAY)] == ids
        assert pages(sandbox) == [(50, 0), (50, 50), (50, 100), (50, 0)]

    def test_history(self, sandbox: Sandbox, tries_once: Client) -> None:
        """All entries of a history come, in pages of 300."""
        ids = add_entries(sandbox, 699)
        found = [each.log_id for each in tries_once.history(IMMEDIATE)]
        assert found[:699] == ids
        assert len(found) == 700
        assert pages(sandbox) == [(300, 0), (300, 300), (300, 600), (300, 0)]

    def test_few(self, sandbox: Sandbox, tries_once: Client) -> None:
        """What fits into one page is asked for once, and so is nothing at all."""
        ids = add_complaints(sandbox, 50)
        assert [each.complaint_id for each in tries_once.complaints(DAY, DAY)] == ids
        assert list(tries_once.complaints(date(2025, 1, 1), date(2025, 1, 2))) == []
        (entry,) = tries_once.history(ids[0])
        assert entry.operate_type == "USER_CREATE_COMPLAINT"
        assert pages(sandbox) == [(50, 0), (50, 0), (300, 0)]

    def test_lazy(self, sandbox: Sandbox, tries_once: Client) -> None:
        """Nothing is asked before the first entry is wanted, and no page before one of its entries is."""
        add_complaints(sandbox, 60)
        add_entries(sandbox, 301)
        complaints, history = tries_once.complaints(DAY, DAY), tries_once.history(IMMEDIATE)
        assert sandbox.calls == ()
        for listing, size in ((complaints, 50), (history, 300)):
            before = len(sandbox.calls)
            for _ in range(size):
                next(listing)
            assert len(sandbox.calls) == before + 1
            next(listing)
            assert len(sandbox.calls) == before + 2

    def test_given_up(self, sandbox: Sandbox, tries_once: Client) -> None:
        """A list that is not read to its end leaves the client as it was."""
        ids = add_complaints(sandbox, 60)
        for each in tries_once.complaints(DAY, DAY):
            assert each.complaint_id == ids[0]
            break
        assert len(list(tries_once.complaints(DAY, DAY))) == 60

    def test_of_a_complaint(self, sandbox: Sandbox, tries_once: Client) -> None:
        """A history is that of a complaint, or of its id."""
        complaint = tries_once.complaint(IMMEDIATE)
        assert list(tries_once.history(complaint)) == list(tries_once.history(IMMEDIATE))
        with pytest.raises(NotFoundError):
            list(tries_once.history("1"))
        assert sandbox.counts["negotiation-historys"] == 3

    def test_error_later(self, sandbox: Sandbox, tries_once: Client) -> None:
        """An error on a later page comes after all that was read before it."""
        ids = add_complaints(sandbox, 60)
        listing = tries_once.complaints(DAY, DAY)
        found = [next(listing).complaint_id for _ in range(50)]
        sandbox.fail_next("SYSTEM_ERROR", endpoint="complaints")
        with pytest.raises(PlatformError):
            next(listing)
        assert found == ids[:50]

    def test_tried_again(self, sandbox: Sandbox) -> None:
        """A page that fails is asked for again, and nothing comes twice."""
        ids = add_complaints(sandbox, 60)
        sandbox.fail_next("SYSTEM_ERROR", endpoint="complaints")
        with client_for(sandbox, retry=Retry()) as client:
            listing = client.complaints(DAY, DAY)
            found = [next(listing).complaint_id for _ in range(50)]
            sandbox.fail_next("NO_ANSWER", endpoint="complaints")
            found += [each.complaint_id for each in listing]
        assert found == ids


@either
class TestTooLarge:
    """Pages that the platform finds too large."""

    def test_complaints(self, sandbox: Sandbox, tries_once: Client) -> None:
        """The page is halved until it is given, and goes on with that size."""
        ids = add_complaints(sandbox, 20)
        sandbox.largest_page(complaints=7)
        assert [each.complaint_id for each in tries_once.complaints(DAY, DAY)] == ids
        assert pages(sandbox) == [(50, 0), (25, 0), (12, 0), (6, 0), (6, 6), (6, 12), (6, 18), (6, 0)]

    def test_down_to_one(self, sandbox: Sandbox, tries_once: Client) -> None:
        """The smallest page is one entry."""
        ids = add_entries(sandbox, 3)
        sandbox.largest_page(history=1)
        assert [each.log_id for each in tries_once.history(IMMEDIATE)][:3] == ids
        sizes = [limit for limit, _ in pages(sandbox)]
        assert sizes[:9] == [300, 150, 75, 37, 18, 9, 4, 2, 1]
        assert set(sizes[9:]) == {1}

    def test_later(self, sandbox: Sandbox, tries_once: Client) -> None:
        """A later page that is too large is halved where it stands."""
        ids = add_complaints(sandbox, 100)
        listing = tries_once.complaints(DAY, DAY)
        found = [next(listing).complaint_id for _ in range(50)]
        sandbox.largest_page(complaints=25)
        assert found + [each.complaint_id for each in listing] == ids
        assert pages(sandbox) == [(50, 0), (50, 50), (25, 50), (25, 75), (25, 0)]

    @pytest.mark.parametrize("retry", [None, Retry()], ids=["once", "again"])
    def test_one_too_large(self, sandbox: Sandbox, retry: Retry | None) -> None:
        """Where one entry is refused as well, the first refusal is what is raised."""
        sandbox.fail_next("INVALID_REQUEST", endpoint="negotiation-historys")
        sandbox.fail_next("PARAM_ERROR", endpoint="negotiation-historys", times=8)
        with client_for(sandbox, retry=retry) as client, pytest.raises(InvalidRequestError) as caught:
            list(client.history(IMMEDIATE))
        assert [limit for limit, _ in pages(sandbox)] == [300, 150, 75, 37, 18, 9, 4, 2, 1]
        assert caught.value.request_id == sandbox.calls[0].request_id
        assert sandbox.faults == ()

    @pytest.mark.parametrize(("fault", "error"), [("SIGN_ERROR", SignError), ("NO_AUTH", NoAuthError)])
    def test_refused(self, sandbox: Sandbox, tries_once: Client, fault: str, error: type[ApiError]) -> None:
        """What no smaller page can mend is raised at once, also where a page was too large before."""
        sandbox.fail_next(fault, endpoint="complaints")
        with pytest.raises(error):
            list(tries_once.complaints(DAY, DAY))
        assert len(sandbox.calls) == 1
        sandbox.fail_next("INVALID_REQUEST", endpoint="negotiation-historys")
        sandbox.fail_next(fault, endpoint="negotiation-historys")
        with pytest.raises(error):
            list(tries_once.history(IMMEDIATE))
        assert len(sandbox.calls) == 3

    def test_other_error(self, sandbox: Sandbox, tries_once: Client) -> None:
        """Another error while the page is halved is raised as it is: it may pass, and the refusal does not."""
        for fault, error in (("SYSTEM_ERROR", PlatformError), ("NO_ANSWER", TransportError)):
            sandbox.fail_next("INVALID_REQUEST", endpoint="complaints")
            sandbox.fail_next(fault, endpoint="complaints")
            with pytest.raises(error) as caught:
                list(tries_once.complaints(DAY, DAY))
            assert caught.value.retryable


@either
class TestMeanwhile:
    """What appears while pages are read."""

    @pytest.mark.parametrize("count", [60, 100, 120])
    @pytest.mark.parametrize("new", [1, 49, 50, 51, 120, 260])
    @pytest.mark.parametrize("read", [1, 50, 51])
    def test_complaints(self, sandbox: Sandbox, tries_once: Client, count: int, new: int, read: int) -> None:
        """New complaints are not lost, and none comes twice, however many there are and were."""
        ids = add_complaints(sandbox, count)
        listing = tries_once.complaints(DAY, DAY)
        found = [next(listing).complaint_id for _ in range(read)]
        ids += add_complaints(sandbox, new, NOON + timedelta(hours=1))
        found += [each.complaint_id for each in listing]
        assert sorted(found) == sorted(ids)

    @pytest.mark.parametrize("new", [1, 299, 300, 700])
    def test_history(self, sandbox: Sandbox, tries_once: Client, new: int) -> None:
        """So are new entries of a history, whose answers tell how many there are only once."""
        add_entries(sandbox, 599)
        listing = tries_once.history(IMMEDIATE)
        found = [next(listing).log_id for _ in range(10)]
        add_entries(sandbox, new)
        found += [next(listing).log_id for _ in range(300)]
        add_entries(sandbox, 1)
        found += [each.log_id for each in listing]
        assert sorted(found) == sorted(entry.log_id for entry in sandbox.history(IMMEDIATE))

    def test_between_any_two(self, sandbox: Sandbox, tries_once: Client) -> None:
        """So they are where one appears for each that is read, in pages of one."""
        sandbox.largest_page(history=1)
        add_entries(sandbox, 5)
        found = []
        for number, entry in enumerate(tries_once.history(IMMEDIATE)):
            found.append(entry.log_id)
            if number < 20:
                add_entries(sandbox, 1)
        assert sorted(found) == sorted(entry.log_id for entry in sandbox.history(IMMEDIATE))

    def test_last_page(self, sandbox: Sandbox, tries_once: Client) -> None:
        """What appears after the last page of several was read is looked for, and found."""
        ids = add_complaints(sandbox, 51)
        listing = tries_once.complaints(DAY, DAY)
        found = [next(listing).complaint_id for _ in range(51)]
        ids += add_complaints(sandbox, 1, NOON + timedelta(hours=1))
        assert sorted(found + [each.complaint_id for each in listing]) == sorted(ids)

    @pytest.mark.parametrize("total", [None, 3, 10**9])
    def test_same_for_ever(self, total: int | None) -> None:
        """A list that answers the same page whatever is asked for has an end."""
        entry = {"operator": "投诉人", "operate_time": "2025-03-10T12:00:00+08:00", "operate_type": "USER_RESPONSE"}
        data = {"data": [entry | {"log_id": str(number)} for number in range(300)]}
        body = json.dumps(data | ({} if total is None else {"total_count": total})).encode()
        with Server(signed(200, body)) as server, client_of(server.base_url) as client:
            assert [each.log_id for each in client.history("1")] == [str(number) for number in range(300)]
        assert len(server.received) < 10


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Auckland", "Asia/Shanghai"])
def machine_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let the machine stand elsewhere."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@either
class TestDays:
    """The days of a list."""

    @pytest.mark.usefixtures("machine_zone")
    def test_midnight(self, sandbox: Sandbox, tries_once: Client) -> None:
        """A complaint falls on the day that Beijing had, wherever the machine stands."""
        midnight = datetime(2025, 3, 10, tzinfo=BEIJING)
        moments = [midnight - timedelta(seconds=1), midnight, midnight + timedelta(hours=24, seconds=-1)]
        before, first, last = (sandbox.complaint(complaint_time=moment).complaint_id for moment in moments)
        after = sandbox.complaint(complaint_time=midnight + timedelta(hours=24)).complaint_id

        def found(begin: date, end: date) -> list[str]:
            return [each.complaint_id for each in tries_once.complaints(begin, end)]

        assert found(DAY, DAY) == [last, first]
        assert found(date(2025, 3, 9), date(2025, 3, 9)) == [before]
        assert found(date(2025, 3, 11), date(2025, 3, 12)) == [after]
        assert found(date(2025, 3, 9), date(2025, 3, 11)) == [after, last, first, before]

    @pytest.mark.usefixtures("machine_zone")
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            (datetime(2025, 3, 9, 16, tzinfo=UTC), "2025-03-10"),
            (datetime(2025, 3, 9, 15, 59, 59, tzinfo=UTC), "2025-03-09"),
            (datetime(2025, 3, 10, 23, 59, tzinfo=BEIJING), "2025-03-10"),
            (datetime(2025, 3, 9, 9, tzinfo=timezone(timedelta(hours=-7))), "2025-03-10"),
            (datetime(2025, 3, 10, 4, 59, tzinfo=timezone(timedelta(hours=13))), "2025-03-09"),
        ],
    )
    def test_datetime(self, sandbox: Sandbox, tries_once: Client, moment: datetime, day: str) -> None:
        """A datetime that knows its zone is the day that Beijing has then, wherever the machine stands."""
        list(tries_once.complaints(moment, moment))
        assert [(query["begin_date"], query["end_date"]) for query in queries(sandbox)] == [(day, day)]

    @pytest.mark.usefixtures("machine_zone")
    def test_local_time(self, sandbox: Sandbox, tries_once: Client) -> None:
        """So is one that the machine's own zone was added to."""
        moment = datetime(2025, 3, 9, 16, tzinfo=UTC).astimezone()
        list(tries_once.complaints(moment, moment))
        assert queries(sandbox)[0]["begin_date"] == "2025-03-10"

    @pytest.mark.parametrize("days", [1, 2, 30, 31, 60, 61, 366])
    def test_parts(self, sandbox: Sandbox, tries_once: Client, days: int) -> None:
        """A longer time is asked for in parts of at most 30 days: adjacent, the earliest first."""
        begin, end = DAY, DAY + timedelta(days=days - 1)
        list(tries_once.complaints(begin, end))
        asked = [
            (date.fromisoformat(query["begin_date"]), date.fromisoformat(query["end_date"]))
            for query in queries(sandbox)
        ]
        covered = [first + timedelta(days=number) for first, last in asked for number in range((last - first).days + 1)]
        assert covered == [begin + timedelta(days=number) for number in range(days)]
        assert all((last - first).days < 30 for first, last in asked)
        assert len(asked) == -(-days // 30)

    def test_each_once(self, sandbox: Sandbox, tries_once: Client) -> None:
        """A complaint of any of the days comes once, those of the earliest part first."""
        made = [
            sandbox.complaint(complaint_time=datetime(2025, 3, 10, 23, 59, 59, tzinfo=BEIJING) + timedelta(days=number))
            for number in range(65)
        ]
        ids = [complaint.complaint_id for complaint in made]
        listing = tries_once.complaints(DAY, DAY + timedelta(days=64))
        assert next(listing).complaint_id == ids[29]
        assert len(sandbox.calls) == 1
        rest = [each.complaint_id for each in listing]
        assert rest == ids[:29][::-1] + ids[30:60][::-1] + ids[60:][::-1]

    @pytest.mark.parametrize("end", [date.max, datetime.max.replace(tzinfo=UTC)])
    def test_last_days(self, sandbox: Sandbox, tries_once: Client, end: date) -> None:
        """The last of all days can be asked for."""
        assert list(tries_once.complaints(date(9999, 12, 1), end)) == []
        assert [query["end_date"] for query in queries(sandbox)] == ["9999-12-30", "9999-12-31"]

    @pytest.mark.parametrize(
        ("days", "found"),
        [
            ((NOON.replace(tzinfo=None), DAY), ("/begin", "no-time-zone")),
            ((DAY, NOON.replace(tzinfo=None)), ("/end", "no-time-zone")),
            (("2025-03-10", DAY), ("/begin", "not-a-date")),
            ((DAY, None), ("/end", "not-a-date")),
            ((DAY, 20250310), ("/end", "not-a-date")),
            ((DAY, date(2025, 3, 9)), ("/end", "dates-reversed")),
            ((NOON, datetime(2025, 3, 9, 15, tzinfo=UTC)), ("/end", "dates-reversed")),
        ],
    )
    def test_refused(self, sandbox: Sandbox, tries_once: Client, days: Any, found: tuple[str, str]) -> None:
        """What is no day, might be any of two, or comes before the first one is refused where the list is asked for."""
        with pytest.raises(ValidationError) as caught:
            tries_once.complaints(*days)
        (problem,) = caught.value.problems
        assert (problem.pointer, problem.rule) == found
        assert problem.text("zh") != problem.text("en")
        assert sandbox.calls == ()

    @pytest.mark.parametrize(
        ("complainted_mchid", "rule"),
        [("", "empty"), ("1" * 65, "too-long"), ("\U0001f600", "four-byte-character"), (5, "wrong-type")],
    )
    def test_merchant(self, sandbox: Sandbox, tries_once: Client, complainted_mchid: Any, rule: str) -> None:
        """So is a merchant that there cannot be."""
        with pytest.raises(ValidationError) as caught:
            tries_once.complaints(DAY, DAY, complainted_mchid=complainted_mchid)
        (problem,) = caught.value.problems
        assert (problem.pointer, problem.rule) == ("/complainted_mchid", rule)
        assert sandbox.calls == ()


Totals = Literal["always", "first", "never"]


@attrs.define
class Growing:
    """A list that grows in front between two looks at it.

    Attributes:
        entries: What it holds, the newest first.
        growth: How many entries come before each look.
        totals: In which answers it says how many there are.
        largest: The largest page that it gives; None for any.
        looks: How often it was looked at.
    """

    entries: list[int]
    growth: list[int]
    totals: Totals = "always"
    largest: int | None = None
    looks: int = 0

    def page(self, limit: int, offset: int) -> Page:
        """Answer a page.

        Raises:
            ApiError: It is too large.
        """
        new = self.growth[self.looks] if self.looks < len(self.growth) else 0
        self.looks += 1
        start = len(self.entries)
        self.entries = [*range(start + new - 1, start - 1, -1), *self.entries]
        if self.largest is not None and limit > self.largest:
            raise InvalidRequestError("当前查询结果数据量过大", status=400)
        says = self.totals == "always" or (self.totals == "first" and offset == 0)
        return Page(tuple(self.entries[offset : offset + limit]), len(self.entries) if says else None)


def listed(answers: Callable[[int, int], Page], limit: int) -> list[int]:
    """All that is listed, given what answers the pages."""
    listing: Generator[Any, Any, None] = _flows._pages(lambda limit, offset: (limit, offset), limit, str)  # type: ignore[arg-type,return-value]
    found: list[int] = []
    step: Callable[[], Any] = listing.__next__
    while True:
        try:
            asked = step()
        except StopIteration:
            return found
        if isinstance(asked, list):
            found += asked
            step = listing.__next__
            continue
        try:
            page = answers(*asked)
        except ApiError as error:
            step = partial(listing.throw, error)
        else:
            step = partial(listing.send, page)


class TestGrowing:
    """Pages alone, against a list that grows at random moments."""

    @given(
        count=st.integers(0, 30),
        growth=st.lists(st.integers(0, 12), max_size=25),
        limit=st.integers(1, 8),
        largest=st.none() | st.integers(1, 5),
        totals=st.sampled_from(["always", "first", "never"]),
    )
    def test_each_once(self, count: int, growth: list[int], limit: int, largest: int | None, totals: Totals) -> None:
        """All that was there before the last look comes exactly once."""
        there = Growing(list(range(count))[::-1], growth, totals, largest)
        found = listed(there.page, limit)
        assert sorted(found) == sorted(there.entries)

    @given(
        count=st.integers(0, 30),
        size=st.integers(1, 4),
        times=st.integers(0, 25),
        totals=st.sampled_from(["always", "first", "never"]),
    )
    def test_as_fast(self, count: int, size: int, times: int, totals: Totals) -> None:
        """So it does where a page is added for each that is read."""
        there = Growing(list(range(count))[::-1], [size] * times, totals)
        assert sorted(listed(there.page, size)) == sorted(there.entries)

    @given(count=st.integers(0, 40), limit=st.integers(1, 8), totals=st.sampled_from(["always", "first", "never"]))
    def test_few_looks(self, count: int, limit: int, totals: Totals) -> None:
        """A list that does not grow comes in its order, and is looked at once more than it has pages, or twice."""
        there = Growing(list(range(count))[::-1], [], totals)
        assert listed(there.page, limit) == there.entries
        assert there.looks <= count // limit + 2

    @given(
        size=st.integers(1, 5),
        limit=st.integers(1, 5),
        total=st.none() | st.integers(0, 10**9),
    )
    def test_same_for_ever(self, size: int, limit: int, total: int | None) -> None:
        """A list that answers the same page for ever has an end."""
        looks = 0

        def same(_limit: int, _offset: int) -> Page:
            nonlocal looks
            looks += 1
            assert looks < 20
            return Page(tuple(range(size)), total)

        assert listed(same, limit) == list(range(size))

    @given(turns=st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4), min_size=1, max_size=5))
    def test_in_circles(self, turns: list[list[int]]) -> None:
        """So does one whose pages go in circles; each entry of them comes once."""
        looks = 0

        def circle(_limit: int, _offset: int) -> Page:
            nonlocal looks
            looks += 1
            assert looks < 200
            return Page(tuple(turns[looks % len(turns)]), None)

        found = listed(circle, 1)
        assert len(set(found)) == len(found)


@either
class TestUnreadable:
    """Pages that are none."""

    @pytest.mark.parametrize(
        "body", [b'{"data":{}}', b'{"data":[5]}', b'{"data":[{"log_id":"1"}]}', b'{"data":null,"total_count":1}']
    )
    def test_history(self, body: bytes) -> None:
        """A page that is not as documented cannot be trusted."""
        with Server(signed(200, body)) as server, client_of(server.base_url) as client:
            with pytest.raises(ResponseVerificationError) as caught:
                list(client.history("1"))
            assert not caught.value.maybe_processed

    def test_none(self) -> None:
        """One without data has none, whatever it counts."""
        with Server(signed(200, b'{"total_count":7}')) as server, client_of(server.base_url) as client:
            assert list(client.history("1")) == []

    def test_error_page(self) -> None:
        """An answer of a host between is raised with its status."""
        with Server(answer(404, b"<html>")) as server, client_of(server.base_url) as client:
            with pytest.raises(NotFoundError):
                list(client.complaints(DAY, DAY))
            assert len(server.received) == 1
