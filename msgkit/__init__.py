"""Rich replies to WeChat Pay consumer complaints: composed in code, checked, signed and sent.

>>> from msgkit import Message
>>> Message().text("您的退款申请已受理").button("转人工客服").to_dict()["blocks"][1]["button"]["text"]
'转人工客服'
"""

import typing as _typing

from msgkit._action_data import ActionData as ActionData
from msgkit._later import later as _import_later
from msgkit._plain import plain as plain
from msgkit._version import __version__ as __version__
from msgkit.actions import (
    Action as Action,
    JumpMiniProgram as JumpMiniProgram,
    JumpUrl as JumpUrl,
    SendMessage as SendMessage,
    UnknownAction as UnknownAction,
)
from msgkit.blocks import (
    Block as Block,
    Button as Button,
    ButtonGroup as ButtonGroup,
    Faq as Faq,
    FaqList as FaqList,
    Image as Image,
    InvalidInfo as InvalidInfo,
    Link as Link,
    Text as Text,
    UnknownBlock as UnknownBlock,
)
from msgkit.enums import (
    ActionType as ActionType,
    BlockType as BlockType,
    ButtonLayout as ButtonLayout,
    ImageStyle as ImageStyle,
    SenderIdentity as SenderIdentity,
    TextColor as TextColor,
)
from msgkit.errors import (
    ApiError as ApiError,
    ConfigurationError as ConfigurationError,
    InvalidRequestError as InvalidRequestError,
    MsgkitError as MsgkitError,
    NoAuthError as NoAuthError,
    NotFoundError as NotFoundError,
    NotificationVerificationError as NotificationVerificationError,
    ParamError as ParamError,
    PlatformError as PlatformError,
    Problem as Problem,
    RateLimitError as RateLimitError,
    ResponseVerificationError as ResponseVerificationError,
    SendError as SendError,
    ServiceUnavailableError as ServiceUnavailableError,
    SignError as SignError,
    TemplateError as TemplateError,
    TransportError as TransportError,
    ValidationError as ValidationError,
    VerificationError as VerificationError,
)
from msgkit.message import Message as Message
from msgkit.reply import MiniProgramJumpInfo as MiniProgramJumpInfo, Reply as Reply

if _typing.TYPE_CHECKING:
    __all__: list[str]
    from msgkit.client import (
        AsyncClient as AsyncClient,
        Attempt as Attempt,
        Client as Client,
        Merchants as Merchants,
        Pace as Pace,
        Receipt as Receipt,
        Retry as Retry,
        SendResult as SendResult,
    )
    from msgkit.complaints import (
        Click as Click,
        Complaint as Complaint,
        HistoryEntry as HistoryEntry,
        Notification as Notification,
    )
    from msgkit.routing import Event as Event, Router as Router
    from msgkit.templates import Library as Library, Template as Template, Variable as Variable
else:
    # What composing a message need not pay for, and where it is at home.
    _LATER = {
        "AsyncClient": "client",
        "Attempt": "client",
        "Click": "complaints",
        "Client": "client",
        "Complaint": "complaints",
        "Event": "routing",
        "HistoryEntry": "complaints",
        "Library": "templates",
        "Merchants": "client",
        "Notification": "complaints",
        "Pace": "client",
        "Receipt": "client",
        "Retry": "client",
        "Router": "routing",
        "SendResult": "client",
        "Template": "templates",
        "Variable": "templates",
    }
    __getattr__, __dir__ = _import_later(__name__, _LATER)

    # All that was imported above, but for the submodules, which importing them left here.
    __all__ = [
        name
        for name, value in [*globals().items(), *_LATER.items()]
        # An extra brings AsyncClient: `from msgkit import *` must not ask for it.
        if not (name.startswith("_") or isinstance(value, type(_typing)) or name == "AsyncClient")
    ]
