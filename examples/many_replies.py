"""Send many replies at once with `AsyncClient`, at a pace, to a platform that goes wrong now and then."""

import asyncio
import logging

from msgkit import AsyncClient, Message, Pace
from msgkit.sandbox import Sandbox

# Whatever tries a call again says so; here it is counted instead.
logging.getLogger("stamina").addHandler(logging.NullHandler())


async def tell_all(client: AsyncClient, complaint_ids: list[str], message: Message) -> int:
    """Send a message to all who complained; an id that is made of the purpose makes each reply one and the same."""
    replies = ((complaint_id, message, f"outage-over/{complaint_id}") for complaint_id in complaint_ids)
    return len([result async for result in client.send_many(replies, workers=10) if result.error is None])


async def main() -> None:
    """Tell forty customers at a sandbox that loses a tenth of the calls, or of the answers to them."""
    again: list[str] = []
    with Sandbox() as sandbox:
        complaint_ids = [sandbox.complaint().complaint_id for _ in range(40)]
        sandbox.fail_some(["SYSTEM_ERROR", "NO_ANSWER"], share=0.1, seed=1)
        client = AsyncClient.from_env(
            sandbox.credentials.environ,
            pace=Pace(reply=100),
            on_attempt=lambda attempt: again.append(attempt.operation) if attempt.number > 1 else None,
        )
        async with client:
            sent = await tell_all(client, complaint_ids, Message().text("服务已恢复，给您添麻烦了").button("仍有问题"))
        answered = {reply.complaint_id for reply in sandbox.replies}
        print(f"{sent} sent")
        print(f"some calls went again: {bool(again)}")
        print(f"{len(answered)} answered, {len(sandbox.replies) - len(answered)} twice")


if __name__ == "__main__":
    asyncio.run(main())
