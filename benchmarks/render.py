"""Rendering a message from a template file in the short form, against composing it anew.

The message of the suite, with what template files are for: an amount of money, a text under a condition, and a list of
questions. Jinja2 is there because it is what people put JSON together with; what it renders is read back, since the
text alone is no message, and nothing of it is checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypedDict

import jinja2
import yaml

from benchmarks.measure import Contest
from benchmarks.messages import EXPIRES, UnequalWorkError, order_no
from msgkit import Button, JumpMiniProgram, JumpUrl, Message, SendMessage, Template

SHORT = """\
description: 退款申请已受理，告知金额
variables:
  order_no: {description: 订单号, example: "4200002188202411"}
  amount: {description: 退款金额，单位分, type: money, example: 12800}
  note: {description: 给用户的话, required: false, example: 给您添麻烦了}
  questions: {description: 推荐问题, type: list, example: [退款多久到账？, 退款退到哪里？]}
blocks:
  - text: 您的订单 ${order_no} 的退款申请已受理，${amount} 元将原路退回
    color: secondary
    bold: true
  - text: ${note}
    when: note
  - image: media-id-from-upload
    style: wide
  - link: 查看订单
    url: https://shop.example/orders/${order_no}
    action_id: order
  - faq: ${questions}
  - button: 转人工客服
    send: 订单 ${order_no} 转人工
    custom_data: queue=vip
    action_id: agent
    expires: "2036-01-01T00:00:00+08:00"
  - buttons:
      - 满意
      - {text: 不满意, send: 不满意, action_id: unhappy}
      - {text: 小程序, mini_program: {appid: wx8888888888888888, path: "pages/order?id=${order_no}"}}
    layout: horizontal
    multi_clickable: false
sent_by: machine
custom_data: ticket=${order_no}
"""

JINJA = """\
{"blocks": [
  {"type": "TEXT", "text": {
    "text": {{ ("您的订单 " ~ order_no ~ " 的退款申请已受理，" ~ yuan(amount) ~ " 元将原路退回")|tojson }},
    "color": "SECONDARY", "is_bold": true}},
  {% if note %}{"type": "TEXT", "text": {"text": {{ note|tojson }}}},{% endif %}
  {"type": "IMAGE", "image": {"media_id": "media-id-from-upload", "image_style_type": "IMAGE_STYLE_TYPE_WIDE"}},
  {"type": "LINK", "link": {"text": "查看订单", "action": {
    "action_type": "ACTION_TYPE_JUMP_URL",
    "jump_url": {{ ("https://shop.example/orders/" ~ order_no)|tojson }}, "action_id": "order"}}},
  {"type": "FAQ_LIST", "faq_list": {"faqs": [
    {% for question in questions %}{"faq_title": {{ question|tojson }}, "action": {
      "action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": {{ question|tojson }}}}}
      {%- if not loop.last %},{% endif %}{% endfor %}]}},
  {"type": "BUTTON", "button": {"text": "转人工客服", "action": {
    "action_type": "ACTION_TYPE_SEND_MESSAGE",
    "message_info": {"content": {{ ("订单 " ~ order_no ~ " 转人工")|tojson }}, "custom_data": "queue=vip"},
    "action_id": "agent"}, "invalid_info": {"expired_time": "2036-01-01T00:00:00+08:00"}}},
  {"type": "BUTTON_GROUP", "button_group": {"buttons": [
    {"text": "满意", "action": {
      "action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "满意"}}},
    {"text": "不满意", "action": {
      "action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": "不满意"}, "action_id": "unhappy"}},
    {"text": "小程序", "action": {
      "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM", "mini_program_jump_info": {
        "appid": "wx8888888888888888", "path": {{ ("pages/order?id=" ~ order_no)|tojson }}}}}],
    "button_layout": "LAYOUT_HORIZONTAL", "invalid_info": {"multi_clickable": false}}}],
 "sender_identity": "MACHINE",
 "custom_data": {{ ("ticket=" ~ order_no)|tojson }}}
"""


class Values(TypedDict):
    """What fills the message."""

    order_no: str
    amount: int
    note: str | None
    questions: list[str]


def values(number: int) -> Values:
    """Return values, others for each number; every second time there is a note."""
    return {
        "order_no": order_no(number),
        "amount": 12_800 + number % 1_000,
        "note": f"给您添麻烦了（{number}）" if number % 2 else None,
        "questions": ["退款多久到账？", "怎么修改收货地址？", f"订单 {number} 可以开发票吗？"],
    }


def yuan(fen: int) -> str:
    """Return an amount as a customer reads it."""
    return f"{fen // 100}.{fen % 100:02d}"


def compose(given: Values) -> Message:
    """Compose the message with the fluent methods."""
    order = given["order_no"]
    message = Message().text(
        f"您的订单 {order} 的退款申请已受理，{yuan(given['amount'])} 元将原路退回", color="SECONDARY", bold=True
    )
    if note := given["note"]:
        message = message.text(note)
    return (
        message.image("media-id-from-upload", style="WIDE")
        .link("查看订单", JumpUrl(f"https://shop.example/orders/{order}", action_id="order"))
        .faq(*given["questions"])
        .button(
            "转人工客服",
            SendMessage(f"订单 {order} 转人工", custom_data="queue=vip", action_id="agent"),
            expires=EXPIRES,
        )
        .button_group(
            "满意",
            Button("不满意", SendMessage("不满意", action_id="unhappy")),
            Button("小程序", JumpMiniProgram("wx8888888888888888", f"pages/order?id={order}")),
            layout="HORIZONTAL",
            multi_clickable=False,
        )
        .sent_by("MACHINE")
        .with_custom_data(f"ticket={order}")
    )


TEMPLATE = Template.from_dict(yaml.safe_load(SHORT))
_JINJA = jinja2.Environment(autoescape=False)  # noqa: S701 - JSON, in which each value is written by `tojson`
_JINJA.globals["yuan"] = yuan
JINJA_TEMPLATE = _JINJA.from_string(JINJA)


def render(given: Values) -> Message:
    """Render the message from its template."""
    return TEMPLATE.render(**given)


def render_jinja(given: Values) -> Any:
    """Render the message's JSON with Jinja2 and read it."""
    return json.loads(JINJA_TEMPLATE.render(given))


@contextmanager
def contest() -> Iterator[Contest]:
    """The ways to a message."""
    for number in (7, 8):
        given = values(number)
        message = compose(given)
        if render(given) != message:
            raise UnequalWorkError("the template renders another message than is composed")
        if render_jinja(given) != message.to_dict():
            raise UnequalWorkError("Jinja2 renders another message than is composed")
    yield Contest({"render": render, "compose": compose, "jinja2": render_jinja}, values)
