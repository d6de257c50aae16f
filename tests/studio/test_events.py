"""What pages are told of changes."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

from msgkit.studio.events import Events


def said(text: str) -> dict[str, Any]:
    """Return what an event says."""
    (line,) = (line for line in text.splitlines() if line.startswith("data: "))
    found: dict[str, Any] = json.loads(line.removeprefix("data: "))
    return found


async def opened(events: Events) -> Any:
    """Return a stream whose first word was heard."""
    stream = events.stream()
    assert said(await anext(stream)) == {"name": "everything"}
    return stream


def test_told() -> None:
    """Every open page is told what has changed, from any thread, and in one line whatever the words are."""

    async def scene() -> None:
        events = Events()
        streams = [await opened(events) for _ in range(2)]
        threading.Thread(target=events.tell, args=("templates",), kwargs={"names": ["a\n\ndata: x", "退款"]}).start()
        for stream in streams:
            assert said(await anext(stream)) == {"name": "templates", "names": ["a\n\ndata: x", "退款"]}
            await stream.aclose()

    asyncio.run(scene())


def test_once() -> None:
    """What is told several times before a page hears it is told once."""

    async def scene() -> None:
        events = Events()
        stream = await opened(events)
        for name in ("a", "b", "a"):
            events.tell(name)
        await asyncio.sleep(0.01)
        assert [said(await anext(stream))["name"] for _ in range(2)] == ["a", "b"]
        await stream.aclose()

    asyncio.run(scene())


def test_too_much() -> None:
    """A page that is told too much to be told each looks at everything anew."""

    async def scene() -> None:
        events = Events()
        stream = await opened(events)
        for number in range(201):
            events.tell("conversation", id=number)
        await asyncio.sleep(0.01)
        assert said(await anext(stream)) == {"name": "everything"}
        await stream.aclose()

    asyncio.run(scene())


def test_closed() -> None:
    """When the studio stops, every stream ends, and one that is opened later ends too."""

    async def scene() -> None:
        events = Events()
        stream = await opened(events)
        waiting = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0)
        threading.Thread(target=events.close).start()
        assert await asyncio.wait_for(waiting, 10) is None
        late = await opened(events)
        assert await anext(late, None) is None

    asyncio.run(scene())


def test_away() -> None:
    """Nobody fails to tell because a page has gone, and its whole loop with it."""
    events = Events()

    async def scene() -> None:
        await opened(events)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(scene())
    loop.close()
    events.tell("a")
    events.close()
