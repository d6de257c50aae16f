"""Read the complaints that wait for a first reply, and answer those that are due, each in the way that it takes."""

from datetime import UTC, datetime, timedelta

from msgkit import Client, Complaint, Message, SendError
from msgkit.complaints import ComplaintState, ProblemType
from msgkit.sandbox import Sandbox

RECEIVED = Message().text("您好，已收到您的反馈").faq("退款多久到账？").button("转人工客服").sent_by("MACHINE")
REFUND = RECEIVED.text("退款审核通过后 1-3 个工作日到账", color="SECONDARY")


def due(client: Client, within: timedelta) -> list[Complaint]:
    """Return the complaints without a reply that are due within a time, the most urgent first."""
    now = datetime.now(UTC)
    waiting = [
        complaint
        for complaint in client.complaints(now - timedelta(days=3), now)
        if complaint.complaint_state == ComplaintState.PENDING and complaint.reply_due - now < within
    ]
    return sorted(waiting, key=lambda complaint: complaint.reply_due)


def answer(client: Client, complaint: Complaint) -> None:
    """Answer a complaint once, however often this program is run; and say what a plain reply lost."""
    message = REFUND if complaint.problem_type == ProblemType.REFUND else RECEIVED
    receipt = client.reply(complaint, message, idempotent_id=f"received/{complaint.complaint_id}")
    print(f"answered by {receipt.endpoint}")
    for problem in receipt.dropped:
        print(f"  not in it: {problem.pointer}")


def main() -> None:
    """Answer what is due at a sandbox, where somebody has complained three times."""
    with Sandbox() as sandbox, Client.from_env(sandbox.credentials.environ) as client:
        now = datetime.now(UTC)
        sandbox.complaint(complaint_time=now - timedelta(hours=20), need_immediate_service=False)
        sandbox.complaint(complaint_time=now - timedelta(hours=22), problem_type="OTHERS")
        sandbox.complaint(complaint_time=now - timedelta(hours=1))
        for complaint in due(client, timedelta(hours=6)):
            try:
                answer(client, complaint)
            except SendError as error:
                # The next run comes by again. Where the reply may have arrived, the complaint says so by then.
                print(f"not answered, maybe_processed={error.maybe_processed}: {error}")
        print(f"still due: {len(due(client, timedelta(hours=6)))}")


if __name__ == "__main__":
    main()
