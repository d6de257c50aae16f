"""Send replies to a local WeChat Pay, and handle what can go wrong as production code would."""

from msgkit import Client, Message, Reply, SendError, ValidationError
from msgkit.sandbox import Sandbox

RICH = "200201820200101080076610000"
PLAIN = "200201820200101080076610001"


def answer(client: Client, complaint_id: str, message: Message, *, purpose: str) -> str | None:
    """Answer a complaint once for a purpose, however often this is called."""
    try:
        return client.send(complaint_id, message, idempotent_id=f"{purpose}/{complaint_id}").log_id
    except SendError as error:
        # What may help has been tried by now; later, the same call is safe, since it has the same id.
        print(f"{'not now' if error.retryable else 'refused'}: {error}")
        return None


def main() -> None:
    """Send a rich reply twice, and a plain one."""
    with Sandbox() as sandbox, Client.from_env(sandbox.credentials.environ) as client:
        message = Message().text("您的退款申请已受理").button("转人工客服")
        first = answer(client, RICH, message, purpose="refund-accepted")
        again = answer(client, RICH, message, purpose="refund-accepted")
        print(f"the same reply, sent twice, was processed once: {first == again}")

        reply, dropped = message.to_reply()
        client.send(PLAIN, reply)
        print(f"as a plain reply it lost: {', '.join(map(str, dropped))}")

        answer(client, PLAIN, message, purpose="refund-accepted")
        client.send(PLAIN, Reply("已与用户沟通解决").link("查看订单详情", "https://shop.example/o/42"))
        print(f"the sandbox has {len(sandbox.replies)} replies")

    try:
        Message().text("好的😀")
    except ValidationError as error:
        print(error)


if __name__ == "__main__":
    main()
