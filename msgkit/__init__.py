"""Rich replies to WeChat Pay consumer complaints: composed in code, checked, signed and sent.

>>> from msgkit import Message
>>> Message().text("您的退款申请已受理").button("转人工客服").to_dict()["blocks"][1]["button"]["text"]
'转人工客服'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from msgkit.actions import Action, JumpMiniProgram, JumpUrl, SendMessage, UnknownAction
    from msgkit.blocks import Block, Button, ButtonGroup, Faq, FaqList, Image, InvalidInfo, Link, Text, UnknownBlock
    from msgkit.client import Client, Receipt
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
    from msgkit.message import Message
    from msgkit.reply import MiniProgramJumpInfo, Reply
    from msgkit.templates import Library, Template, Variable

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

# Where each name is at home.
_HOMES = {
    "actions": "Action JumpMiniProgram JumpUrl SendMessage UnknownAction",
    "blocks": "Block Button ButtonGroup Faq FaqList Image InvalidInfo Link Text UnknownBlock",
    "enums": "ActionType BlockType ButtonLayout ImageStyle SenderIdentity TextColor",
    "errors": """
        ApiError ConfigurationError InvalidRequestError MsgkitError NoAuthError NotFoundError ParamError
        PlatformError Problem RateLimitError ResponseVerificationError SendError ServiceUnavailableError
        SignError TemplateError TransportError ValidationError
    """,
    "message": "Message",
    "reply": "MiniProgramJumpInfo Reply",
    "templates": "Library Template Variable",
    "client": "Client Receipt",
}
_HOME = {name: f"msgkit.{home}" for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is first used.

    Composing a message costs neither requests nor cryptography, and a test suite that only has the plugin installed
    pays for none of it.
    """
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
