"""One message, composed by each contender: six blocks, one of each type, and eight actions, of each of the three types.

Each takes an order number that stands in several of its texts, so that no two calls compose the same message. msgkit,
pydantic and the bare dict make the same NormalMessage. The libraries for Slack make the nearest message that Slack has,
with as many blocks and actions and the same texts; they check and serialize it the way their documentation says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import blockkit
import slack_sdk.models.blocks as slack
import slackblocks

import msgkit
from benchmarks import pydantic_models as models
from msgkit import Faq, JumpMiniProgram, JumpUrl, SendMessage

EXPIRES = datetime(2036, 1, 1, tzinfo=timezone(timedelta(hours=8)))
_IMAGE = "https://shop.example/receipt.png"


def order_no(number: int) -> str:
    """Return an order number, another one for each number."""
    return f"42000021882024{number:012}"


def compose(order: str) -> msgkit.Message:
    """Compose the message with msgkit's fluent methods."""
    return (
        msgkit.Message()
        .text(f"您的订单 {order} 的退款申请已受理", color="SECONDARY", bold=True)
        .image("media-id-from-upload", style="WIDE")
        .link("查看订单", JumpUrl(f"https://shop.example/orders/{order}", action_id="order"))
        .faq(
            Faq("退款多久到账？", SendMessage("退款多久到账"), faq_id="refund-eta"),
            "怎么修改收货地址？",
            "可以开发票吗？",
        )
        .button(
            "转人工客服",
            SendMessage(f"订单 {order} 转人工", custom_data="queue=vip", action_id="agent"),
            expires=EXPIRES,
        )
        .button_group(
            "满意",
            msgkit.Button("不满意", SendMessage("不满意", action_id="unhappy")),
            msgkit.Button("小程序", JumpMiniProgram("wx8888888888888888", f"pages/order?id={order}")),
            layout="HORIZONTAL",
            multi_clickable=False,
        )
        .sent_by("MACHINE")
        .with_custom_data(f"ticket={order}")
    )


def compose_pydantic(order: str) -> models.Message:
    """Compose the message with pydantic's models."""
    return models.Message(
        blocks=(
            models.TextBlock(
                text=models.Text(text=f"您的订单 {order} 的退款申请已受理", color="SECONDARY", is_bold=True)
            ),
            models.ImageBlock(
                image=models.Image(media_id="media-id-from-upload", image_style_type="IMAGE_STYLE_TYPE_WIDE")
            ),
            models.LinkBlock(
                link=models.Link(
                    text="查看订单",
                    action=models.JumpUrl(jump_url=f"https://shop.example/orders/{order}", action_id="order"),
                )
            ),
            models.FaqListBlock(
                faq_list=models.FaqList(
                    faqs=(
                        models.Faq(
                            faq_title="退款多久到账？",
                            action=models.SendMessage(message_info=models.MessageInfo(content="退款多久到账")),
                            faq_id="refund-eta",
                        ),
                        models.Faq(
                            faq_title="怎么修改收货地址？",
                            action=models.SendMessage(message_info=models.MessageInfo(content="怎么修改收货地址？")),
                        ),
                        models.Faq(
                            faq_title="可以开发票吗？",
                            action=models.SendMessage(message_info=models.MessageInfo(content="可以开发票吗？")),
                        ),
                    )
                )
            ),
            models.ButtonBlock(
                button=models.Button(
                    text="转人工客服",
                    action=models.SendMessage(
                        message_info=models.MessageInfo(content=f"订单 {order} 转人工", custom_data="queue=vip"),
                        action_id="agent",
                    ),
                    invalid_info=models.InvalidInfo(expired_time=EXPIRES),
                )
            ),
            models.ButtonGroupBlock(
                button_group=models.ButtonGroup(
                    buttons=(
                        models.Button(
                            text="满意", action=models.SendMessage(message_info=models.MessageInfo(content="满意"))
                        ),
                        models.Button(
                            text="不满意",
                            action=models.SendMessage(
                                message_info=models.MessageInfo(content="不满意"), action_id="unhappy"
                            ),
                        ),
                        models.Button(
                            text="小程序",
                            action=models.JumpMiniProgram(
                                mini_program_jump_info=models.MiniProgram(
                                    appid="wx8888888888888888", path=f"pages/order?id={order}"
                                )
                            ),
                        ),
                    ),
                    button_layout="LAYOUT_HORIZONTAL",
                    invalid_info=models.InvalidInfo(multi_clickable=False),
                )
            ),
        ),
        sender_identity="MACHINE",
        custom_data=f"ticket={order}",
    )


def compose_dict(order: str) -> dict[str, Any]:
    """Write the message down as a dict, unchecked."""
    return {
        "blocks": [
            {
                "type": "TEXT",
                "text": {"text": f"您的订单 {order} 的退款申请已受理", "color": "SECONDARY", "is_bold": True},
            },
            {
                "type": "IMAGE",
                "image": {"media_id": "media-id-from-upload", "image_style_type": "IMAGE_STYLE_TYPE_WIDE"},
            },
            {
                "type": "LINK",
                "link": {
                    "text": "查看订单",
                    "action": {
                        "action_type": "ACTION_TYPE_JUMP_URL",
                        "jump_url": f"https://shop.example/orders/{order}",
                        "action_id": "order",
                    },
                },
            },
            {
                "type": "FAQ_LIST",
                "faq_list": {
                    "faqs": [
                        {"faq_title": "退款多久到账？", "action": _send("退款多久到账"), "faq_id": "refund-eta"},
                        {"faq_title": "怎么修改收货地址？", "action": _send("怎么修改收货地址？")},
                        {"faq_title": "可以开发票吗？", "action": _send("可以开发票吗？")},
                    ]
                },
            },
            {
                "type": "BUTTON",
                "button": {
                    "text": "转人工客服",
                    "action": {
                        "action_type": "ACTION_TYPE_SEND_MESSAGE",
                        "message_info": {"content": f"订单 {order} 转人工", "custom_data": "queue=vip"},
                        "action_id": "agent",
                    },
                    "invalid_info": {"expired_time": EXPIRES.isoformat()},
                },
            },
            {
                "type": "BUTTON_GROUP",
                "button_group": {
                    "buttons": [
                        {"text": "满意", "action": _send("满意")},
                        {"text": "不满意", "action": {**_send("不满意"), "action_id": "unhappy"}},
                        {
                            "text": "小程序",
                            "action": {
                                "action_type": "ACTION_TYPE_JUMP_MINI_PROGRAM",
                                "mini_program_jump_info": {
                                    "appid": "wx8888888888888888",
                                    "path": f"pages/order?id={order}",
                                },
                            },
                        },
                    ],
                    "button_layout": "LAYOUT_HORIZONTAL",
                    "invalid_info": {"multi_clickable": False},
                },
            },
        ],
        "sender_identity": "MACHINE",
        "custom_data": f"ticket={order}",
    }


def _send(content: str) -> dict[str, Any]:
    return {"action_type": "ACTION_TYPE_SEND_MESSAGE", "message_info": {"content": content}}


def _msgkit_json(order: str) -> str:
    return compose(order).to_json()


def _pydantic_json(order: str) -> str:
    return compose_pydantic(order).model_dump_json(exclude_none=True)


def _dict_json(order: str) -> str:
    return json.dumps(compose_dict(order), ensure_ascii=False)


def _blockkit_json(order: str) -> str:
    message = (
        blockkit.Message()  # type: ignore[no-untyped-call]
        .add_block(blockkit.Section(f"*您的订单 {order} 的退款申请已受理*"))
        .add_block(blockkit.Image("退款凭证").image_url(_IMAGE))
        .add_block(
            blockkit.Section("查看订单").accessory(
                blockkit.Button("查看订单").url(f"https://shop.example/orders/{order}").action_id("order")
            )
        )
        .add_block(
            blockkit.Actions()
            .add_element(blockkit.Button("退款多久到账？").value("退款多久到账").action_id("refund-eta"))
            .add_element(blockkit.Button("怎么修改收货地址？").value("怎么修改收货地址？").action_id("address"))
            .add_element(blockkit.Button("可以开发票吗？").value("可以开发票吗？").action_id("invoice"))
        )
        .add_block(
            blockkit.Actions().add_element(
                blockkit.Button("转人工客服").value(f"订单 {order} 转人工").action_id("agent")
            )
        )
        .add_block(
            blockkit.Actions()
            .add_element(blockkit.Button("满意").value("满意").action_id("happy"))
            .add_element(blockkit.Button("不满意").value("不满意").action_id("unhappy"))
            .add_element(blockkit.Button("小程序").url(f"https://shop.example/o?id={order}").action_id("program"))
        )
        .build()
    )
    return json.dumps(message, ensure_ascii=False)


def _slack_sdk_json(order: str) -> str:
    blocks = [
        slack.SectionBlock(text=slack.MarkdownTextObject(text=f"*您的订单 {order} 的退款申请已受理*")),
        slack.ImageBlock(alt_text="退款凭证", image_url=_IMAGE),
        slack.SectionBlock(
            text=slack.MarkdownTextObject(text="查看订单"),
            accessory=slack.ButtonElement(
                text="查看订单", url=f"https://shop.example/orders/{order}", action_id="order"
            ),
        ),
        slack.ActionsBlock(
            elements=[
                slack.ButtonElement(text="退款多久到账？", value="退款多久到账", action_id="refund-eta"),
                slack.ButtonElement(text="怎么修改收货地址？", value="怎么修改收货地址？", action_id="address"),
                slack.ButtonElement(text="可以开发票吗？", value="可以开发票吗？", action_id="invoice"),
            ]
        ),
        slack.ActionsBlock(
            elements=[slack.ButtonElement(text="转人工客服", value=f"订单 {order} 转人工", action_id="agent")]
        ),
        slack.ActionsBlock(
            elements=[
                slack.ButtonElement(text="满意", value="满意", action_id="happy"),
                slack.ButtonElement(text="不满意", value="不满意", action_id="unhappy"),
                slack.ButtonElement(text="小程序", url=f"https://shop.example/o?id={order}", action_id="program"),
            ]
        ),
    ]
    # As WebClient.chat_postMessage(blocks=…) does.
    return json.dumps({"blocks": [block.to_dict() for block in blocks]}, ensure_ascii=False)


def _slackblocks_json(order: str) -> str:
    message = slackblocks.Message(
        channel="C0123456789",
        blocks=[
            slackblocks.SectionBlock(f"*您的订单 {order} 的退款申请已受理*"),
            slackblocks.ImageBlock(_IMAGE, "退款凭证"),
            slackblocks.SectionBlock(
                "查看订单",
                accessory=slackblocks.Button("查看订单", "order", f"https://shop.example/orders/{order}"),
            ),
            slackblocks.ActionsBlock(
                [
                    slackblocks.Button("退款多久到账？", "refund-eta", value="退款多久到账"),
                    slackblocks.Button("怎么修改收货地址？", "address", value="怎么修改收货地址？"),
                    slackblocks.Button("可以开发票吗？", "invoice", value="可以开发票吗？"),
                ]
            ),
            slackblocks.ActionsBlock([slackblocks.Button("转人工客服", "agent", value=f"订单 {order} 转人工")]),
            slackblocks.ActionsBlock(
                [
                    slackblocks.Button("满意", "happy", value="满意"),
                    slackblocks.Button("不满意", "unhappy", value="不满意"),
                    slackblocks.Button("小程序", "program", f"https://shop.example/o?id={order}"),
                ]
            ),
        ],
    )
    # Its documentation sends **message, which resolves the message once for each key; this resolves it once.
    return json.dumps(message.to_dict(), ensure_ascii=False)


Composer = Callable[[str], str]

SAME: Mapping[str, Composer] = {"msgkit": _msgkit_json, "pydantic": _pydantic_json, "dict": _dict_json}
"""Those that write the NormalMessage, by name; each takes an order number and returns JSON."""

ALIKE: Mapping[str, Composer] = {
    "blockkit": _blockkit_json,
    "slack_sdk": _slack_sdk_json,
    "slackblocks": _slackblocks_json,
}
"""Those that write the nearest message for Slack."""


class UnequalWorkError(Exception):
    """Two contenders do not do the same work; nothing is timed."""


def require_same(same: Mapping[str, Composer] = SAME, alike: Mapping[str, Composer] = ALIKE) -> None:
    """Make sure that all write the same message, or one of the same size.

    Raises:
        UnequalWorkError: They do not.
    """
    for number in (0, 42, 10**11):
        _require_same(order_no(number), order_no(number + 1), same, alike)


def _require_same(order: str, other: str, same: Mapping[str, Composer], alike: Mapping[str, Composer]) -> None:
    ours = json.loads(same["msgkit"](order))
    for name, composer in same.items():
        if json.loads(composer(order)) != ours:
            raise UnequalWorkError(f"{name} composes another message than msgkit")
    for name, composer in alike.items():
        if counts(json.loads(composer(order))) != counts(ours):
            raise UnequalWorkError(f"{name} composes other numbers of blocks and actions than msgkit")
    for name, composer in {**same, **alike}.items():
        if order not in composer(order) or composer(other) == composer(order):
            raise UnequalWorkError(f"{name} does not compose anew")


def counts(message: Mapping[str, Any]) -> tuple[int, int]:
    """Return the numbers of blocks and of actions in a message of WeChat Pay's or of Slack's."""
    return len(message["blocks"]), _actions(message)


def _actions(value: object) -> int:
    if isinstance(value, list):
        return sum(_actions(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = "action_type" in value or (value.get("type") == "button" and "action_id" in value)
    return own + sum(_actions(item) for item in value.values())
