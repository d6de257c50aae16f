"""What a test does as the customer, and has the platform tell of it: taps, notifications, and the time between them."""

import math
from datetime import datetime, timedelta

from msgkit.sandbox.changes import Change
from msgkit.sandbox.complaints import Complaint
from msgkit.sandbox.customer import Customer
from msgkit.sandbox.envelopes import SignedNotification, signed_notification
from msgkit.sandbox.facade import Remembering, Trusting
from msgkit.sandbox.history import Entry
from msgkit.sandbox.loopback import Address
from msgkit.sandbox.pushes import Push
from msgkit.sandbox.tapping import Tappable, tappables

#: The longest that a test waits, in seconds.
LONGEST_WAIT = 3600.0


class Pushing(Remembering, Trusting):
    """The side of a sandbox that plays the customer, and tells the merchant.

    Args:
        notify: Where notifications are posted to; None posts none.
        exchanges: How many exchanges are kept.

    Raises:
        ValueError: ``notify`` is no address of this machine.
        SandboxError: ``exchanges`` is no such number.
    """

    def __init__(self, notify: str | None = None, exchanges: int = 0) -> None:
        Remembering.__init__(self, exchanges)
        Trusting.__init__(self)
        self._customers: dict[str, Customer] = {}
        self._state.pushes.usual = None if notify is None else Address.parse(notify)
        self._state.pushes.reset()

    def customer(self, complaint: Complaint | str) -> Customer:
        """Play the customer of a complaint: say something, tap on something, see what is on the screen.

        Args:
            complaint: The complaint, or its id.

        Raises:
            ValueError: There is no such complaint.
        """
        complaint_id = complaint.complaint_id if isinstance(complaint, Complaint) else complaint
        if not isinstance(complaint_id, str) or self._state.history(complaint_id) is None:
            raise ValueError(f"there is no complaint {complaint_id!r}")
        return self._customers.setdefault(complaint_id, self._of(complaint_id))

    @property
    def customers(self) -> tuple[Customer, ...]:
        """The customers whom a test has asked for, or with whose complaints more was done than to make them."""
        busy = (each for each in self._state.complaints if each in self._customers or len(self.history(each)) > 1)
        return tuple(self._customers.get(each) or self._of(each) for each in busy)

    def tappables(self, entry: Entry | str) -> tuple[Tappable, ...]:
        """What there is to tap in a rich message of a history, from top to bottom, and what each tap would come to now.

        Args:
            entry: The entry with the message, or its ``log_id``; one without a message has nothing.

        Raises:
            ValueError: There is no such entry.
        """
        log_id = entry.log_id if isinstance(entry, Entry) else entry
        with self._state.step():
            found = self._state.entry(log_id)
            if found is None:
                raise ValueError(f"there is no entry {log_id!r}")
            complaint_id, known = found
            return tappables(known, self.history(complaint_id), self._state.clock.now())

    def _of(self, complaint_id: str) -> Customer:
        return Customer(complaint_id, self._state, self._notification)

    def _notification(self, complaint_id: str) -> SignedNotification:
        keyring = self._keyring
        return signed_notification(self._state.pushes.last(complaint_id), keyring)

    def enable_jump_clicks(self, *, enabled: bool = True) -> None:
        """Whether a tap on what opens a page or a mini program is an entry of the history, as any other tap is.

        The documentation does not say whether it is, so this is assumed.

        Args:
            enabled: False to have it make none; a new sandbox, or one that was reset, has it make one.
        """
        self._state.enable_jump_clicks(bool(enabled))

    def advance(self, by: timedelta) -> None:
        """Move the sandbox's clock ahead, as if that time had passed.

        What is made from then on has its time from it; buttons expire by it, and what is to be posted again is due by
        it: all tries of that time follow at once. The times of signatures and certificates stay those of the machine.

        Args:
            by: How far.

        Raises:
            ValueError: It is negative, or so long that the year 9000 begins.
        """
        self._state.clock.advance(by)
        self._state.pushes.look_again()
        self._state.changes.note(Change("clock"))

    @property
    def now(self) -> datetime:
        """The moment that it is for the sandbox, in Beijing's time: that of the machine, and what `advance` added."""
        return self._state.clock.now()

    @property
    def notify_url(self) -> str | None:
        """Where notifications are posted to, as `notify_to` or ``notify`` has it; None where none are."""
        return self._state.pushes.url

    def notify_to(self, url: str | None) -> None:
        """Have notifications posted to an address, until `reset`. Those that wait go there too.

        They are posted in the background as the platform posts them (投诉通知回调): an answer of 200 or 204 within 5
        seconds takes one; otherwise it comes again after 5 seconds, then ten times after a minute, then every 5
        minutes, up to 1,000 tries or a week. Whatever was made while no address was there is not posted.

        Args:
            url: ``http://`` and 127.0.0.1, [::1] or localhost, without a query; None to post none. An address that
                the merchant registers by the API is https and of the world outside: it is kept, and nothing is posted
                to it.

        Raises:
            ValueError: It is no such address.
        """
        self._state.pushes.set_address(None if url is None else Address.parse(url))

    def notify_badly(self, *, times: int = 1, shuffled: bool = False, seed: int = 0) -> None:
        """Post what is made from now on more than once, or in another order, as it happens in the world; until `reset`.

        Args:
            times: How often each is delivered, 1 to 100; each of these comes again where it is not taken.
            shuffled: Whether each waits a part of a quarter of a second that luck decides, and so overtakes others.
            seed: What that luck begins with.

        Raises:
            ValueError: An argument is wrong. Without any, all goes well again.
        """
        self._state.pushes.go(times=times, shuffled=shuffled, seed=seed)

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until nothing is to be posted now. What is to be tried again later is not waited for.

        Args:
            timeout: How long at most, in seconds, up to an hour.

        Raises:
            SandboxError: Something was still to be posted; or something waits, and the sandbox does not run.
            ValueError: The timeout is no such number.
        """
        is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
        if not is_number or not math.isfinite(timeout) or not 0 <= timeout <= LONGEST_WAIT:
            raise ValueError(f"timeout must be a number of seconds up to {LONGEST_WAIT:g}, not {timeout!r}")
        self._state.pushes.settle(timeout)

    @property
    def pushes(self) -> tuple[Push, ...]:
        """The notifications that the platform made, in order, each with the times that it was posted.

        The two complaints of a new sandbox were there before: theirs are made where `Customer.notification` asks.
        """
        return self._state.pushes.all

    def reset(self) -> None:
        """Forget what was said and what was to be told of it."""
        self._customers = {}
        self._state.reset()
