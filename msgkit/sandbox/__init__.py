"""A local WeChat Pay: the complaint endpoints over real HTTP, with real signatures both ways.

The sandbox is a second opinion. It shares no code with the client that it answers: it rebuilds
signatures by itself and checks bodies against JSON Schemas, so that one mistake cannot be made on
both sides and cancel out.
"""

from msgkit._extras import need

with need("sandbox"):
    from msgkit.sandbox.changes import Change
    from msgkit.sandbox.complaints import Complaint
    from msgkit.sandbox.credentials import Credentials
    from msgkit.sandbox.customer import Customer
    from msgkit.sandbox.envelopes import SignedNotification
    from msgkit.sandbox.errors import CannotTapError, SandboxError
    from msgkit.sandbox.exchanges import Exchange, SignedStrings
    from msgkit.sandbox.foreground import serve
    from msgkit.sandbox.mistakes import Mistake
    from msgkit.sandbox.oddities import Oddity
    from msgkit.sandbox.pictures import Upload
    from msgkit.sandbox.pushes import Push
    from msgkit.sandbox.received import ReceivedReply
    from msgkit.sandbox.server import Sandbox
    from msgkit.sandbox.tapping import Tappable

__all__ = [
    "CannotTapError",
    "Change",
    "Complaint",
    "Credentials",
    "Customer",
    "Exchange",
    "Mistake",
    "Oddity",
    "Push",
    "ReceivedReply",
    "Sandbox",
    "SandboxError",
    "SignedNotification",
    "SignedStrings",
    "Tappable",
    "Upload",
    "serve",
]
