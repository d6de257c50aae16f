"""Replies that a fleet of workers delivers: what is to be sent, a ledger of it in Redis, and the step that sends one.

Whoever has a queue of their own (Celery, taskiq, dramatiq, cron) queues ids and calls `deliver` with each of them; the
ledger knows what is to be sent, what was, and what nobody can know.
"""

from msgkit.delivery._deliver import deliver as deliver, put_off as put_off
from msgkit.delivery._delivery import Delivery as Delivery
from msgkit.delivery._ledger import Ledger as Ledger, OtherDeliveryError as OtherDeliveryError
from msgkit.delivery._outcome import Outcome as Outcome, State as State

__all__ = ["Delivery", "Ledger", "OtherDeliveryError", "Outcome", "State", "deliver", "put_off"]
