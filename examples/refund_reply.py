"""Compose a reply to a refund request, and show the JSON and what the customer sees."""

from datetime import UTC, datetime

from msgkit import Button, Faq, JumpMiniProgram, JumpUrl, Message, SendMessage
from msgkit.preview import as_text

SIGNATURE = Message().text("如有疑问，请随时联系我们", color="SECONDARY").sent_by("MACHINE")


def refund_reply(order_no: str, *, paid_by_card: bool) -> Message:
    """Return the reply for one order."""
    return (
        Message()
        .text("您的退款申请已受理", bold=True)
        .text(f"订单 {order_no} 的款项将原路退回")
        .when(paid_by_card, lambda m: m.text("退回银行卡需要 1-3 个工作日"))
        .link("查看订单", JumpUrl(f"https://shop.example/orders/{order_no}", action_id="order"))
        .faq(
            Faq("退款多久到账？", SendMessage("退款多久到账"), faq_id="refund-eta"),
            "怎么修改收货地址？",
        )
        .button_group(
            "满意",
            Button("联系客服", JumpMiniProgram("wx8888888888888888", f"pages/help?order={order_no}")),
            layout="HORIZONTAL",
            expires=datetime(2030, 1, 1, tzinfo=UTC),
        )
        .with_custom_data(f"order={order_no}")
        + SIGNATURE
    )


if __name__ == "__main__":
    reply = refund_reply("42", paid_by_card=True)
    print(reply.to_json(indent=2))
    print(as_text(reply))
