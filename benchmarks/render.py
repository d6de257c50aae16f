"""Rendering a template against composing the message anew: ``python -m benchmarks.render``.

Both make the same message of seven blocks, two texts and a URL of which change; that they do is checked before anything
is timed.
"""

import pyperf

from msgkit import Button, Faq, JumpUrl, Message, SendMessage, Template


def compose(name: str, order_no: str) -> Message:
    """Compose the message from its parts."""
    return (
        Message()
        .text(f"{name}您好，您的退款申请已受理", bold=True)
        .text(f"订单 {order_no} 预计 1-3 个工作日到账", color="SECONDARY")
        .image("media-id-from-upload", style="WIDE")
        .link("查看订单", JumpUrl(f"https://shop.example/orders/{order_no}", action_id="order"))
        .faq(Faq("退款多久到账？", SendMessage("退款多久到账"), faq_id="refund-eta"), "怎么修改收货地址？")
        .button("转人工客服", SendMessage("转人工", custom_data="queue=vip", action_id="agent"))
        .button_group("满意", Button("不满意", SendMessage("不满意", action_id="unhappy")), layout="HORIZONTAL")
        .sent_by("MACHINE")
    )


TEMPLATE = Template(compose("${name}", "${order_no}"))


def render(name: str, order_no: str) -> Message:
    """Render the message from its template."""
    return TEMPLATE.render(name=name, order_no=order_no)


def main() -> None:
    """Measure both and print the ratio."""
    values = ("张三", "4200002188202411")
    if compose(*values) != render(*values):
        raise SystemExit("the two messages differ")
    runner = pyperf.Runner()
    composing = runner.bench_func("compose", compose, *values)
    rendering = runner.bench_func("render", render, *values)
    if composing and rendering and runner.args and not runner.args.worker:
        print(f"rendering takes {rendering.median() / composing.median():.2f} of the time of composing")


if __name__ == "__main__":
    main()
