"""The way back: notifications, taps and customers' words reach handlers, each once and in order.

`Router` takes notifications, reads what happened, and runs handlers; what they return is sent as the reply. `Inbox` is
what it remembers.
"""

from typing import TYPE_CHECKING

from msgkit._later import later
from msgkit.routing._event import Event as Event
from msgkit.routing._inbox import Claim as Claim, Inbox as Inbox, LeaseLostError as LeaseLostError
from msgkit.routing._records import Outgoing as Outgoing, Record as Record, State as State
from msgkit.routing._router import Router as Router
from msgkit.routing._sqlite import SQLiteInbox as SQLiteInbox

if TYPE_CHECKING:
    from msgkit.routing._redis import RedisInbox as RedisInbox
else:  # it needs an extra
    __getattr__, __dir__ = later(__name__, {"RedisInbox": "_redis"})
