"""Rich replies to WeChat Pay consumer complaints: composed in code, checked, signed and sent.

>>> from msgkit import Message
>>> Message().text("您的退款申请已受理").button("转人工客服").to_dict()["blocks"][1]["button"]["text"]
'转人工客服'
"""

from typing import TYPE_CHECKING, Any

from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
from msgkit.blocks import (
    Block,
    Button,
    ButtonGroup,
    Faq,
    FaqList,
    Image,
    InvalidInfo,
    Link,
    Text,
    UnknownBlock,
)
from msgkit.enums import ActionType, BlockType, ButtonLayout, ImageStyle, SenderIdentity, TextColor
from msgkit.errors import (
    ApiError,
    ConfigurationError,
    InvalidRequestError,
    MsgkitError,
    NoAuthError,
    NotFoundError,
    ParamError,
    PlatformError,
    Problem,
    RateLimitError,
    ResponseVerificationError,
    SendError,
    ServiceUnavailableError,
    SignError,
    TemplateError,
    TransportError,
    ValidationError,
)
from msgkit.library import Library
from msgkit.message import Message
from msgkit.reply import MiniProgramJumpInfo, Reply
from msgkit.templates import Template, Variable

if TYPE_CHECKING:
    from msgkit.client import Client, Receipt

__version__ = "0.1.0"

__all__ = [
    "Action",
    "ActionType",
    "ApiError",
    "Block",
    "BlockType",
    "Button",
    "ButtonGroup",
    "ButtonLayout",
    "Client",
    "ConfigurationError",
    "Faq",
    "FaqList",
    "Image",
    "ImageStyle",
    "InvalidInfo",
    "InvalidRequestError",
    "JumpMiniProgram",
    "JumpUrl",
    "Library",
    "Link",
    "Message",
    "MiniProgramJumpInfo",
    "MsgkitError",
    "NoAuthError",
    "NotFoundError",
    "ParamError",
    "PlatformError",
    "Problem",
    "RateLimitError",
    "Receipt",
    "Reply",
    "ResponseVerificationError",
    "SendError",
    "SendMessage",
    "SenderIdentity",
    "ServiceUnavailableError",
    "SignError",
    "Template",
    "TemplateError",
    "Text",
    "TextColor",
    "TransportError",
    "UnknownAction",
    "UnknownBlock",
    "ValidationError",
    "Variable",
]


def __getattr__(name: str) -> Any:
    """Import the network side when it is first used: composing a message costs neither requests nor cryptography."""
    if name in {"Client", "Receipt"}:
        from msgkit import client  # noqa: PLC0415 - the point of this function

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
