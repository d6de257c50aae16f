"""``msgkit demo``: the whole road once, from composing a reply to the receipt, against a sandbox."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

import attrs

from msgkit import Button, Client, Faq, JumpMiniProgram, JumpUrl, Message, SendMessage
from msgkit._language import Words
from msgkit.preview import as_text
from msgkit.sandbox import Sandbox

COMPLAINT = "200201820200101080076610000"

_LISTENS = Words(
    "A local WeChat Pay listens on {url}; its keys exist for this run only.",
    "本机的微信支付沙箱已启动：{url}，密钥只在这次运行中有效。",
)
_UPLOADED = Words("Uploaded a picture: {media_id}", "图片已上传：{media_id}")
_JSON = Words("The JSON that went out:", "发出的 JSON：")
_SEEN = Words("What the customer sees:", "用户看到的样子：")
_RECEIPT = Words("The receipt:", "回执：")
_STATE = Words("The complaint is now {state}.", "投诉单现在的状态：{state}")


def compose(media_id: str) -> Message:
    """Compose a reply that uses every type of block."""
    return (
        Message()
        .text("您的退款申请已受理", bold=True)
        .text("预计 1-3 个工作日到账", color="SECONDARY")
        .image(media_id, style="WIDE")
        .link("查看订单", JumpUrl("https://shop.example/orders/42", action_id="order"))
        .faq(Faq("退款多久到账？", SendMessage("退款多久到账"), faq_id="refund-eta"), "怎么修改收货地址？")
        .button("转人工客服", SendMessage("转人工", custom_data="queue=vip"), expires=timedelta(hours=24))
        .button_group(
            "满意",
            Button("不满意", SendMessage("不满意", action_id="unhappy")),
            Button("售后服务", JumpMiniProgram("wx8888888888888888", "pages/service?id=42")),
            layout="HORIZONTAL",
            multi_clickable=False,
        )
        .sent_by("MACHINE")
        .with_custom_data("ticket=8812")
    )


def run(say: Callable[[str], object], lang: str, *, ansi: bool = False) -> None:
    """Send a reply to a sandbox of its own and tell what happened; nothing stays behind.

    Args:
        say: Takes each paragraph.
        lang: The language to tell it in.
        ansi: Show bold and secondary texts as such, for a terminal that can.
    """
    with Sandbox() as sandbox, Client.from_env(sandbox.credentials.environ) as client:
        say(_LISTENS.text(lang, url=sandbox.base_url))
        media_id = client.upload_image(_picture(), "receipt.png")
        say(_UPLOADED.text(lang, media_id=media_id))
        message = compose(media_id)
        receipt = client.send(COMPLAINT, message)
        say(f"\n{_JSON.text(lang)}\n")
        say(json.dumps(sandbox.replies[-1].body, ensure_ascii=False, indent=2))
        say(f"\n{_SEEN.text(lang)}\n")
        say(as_text(message, ansi=ansi))
        say(f"\n{_RECEIPT.text(lang)}\n")
        for name, value in attrs.asdict(receipt).items():
            say(f"  {name:<14} {value}")
        say(f"\n{_STATE.text(lang, state=sandbox.complaints[COMPLAINT].complaint_state)}")


def _picture() -> bytes:
    """Return a PNG of one green pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixel = zlib.compress(b"\x00\x07\xc1\x60")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
