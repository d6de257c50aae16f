"""What a test can set up and look at, in the part of a sandbox that needs no server."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Unpack

from msgkit.sandbox.certificates import FIVE_YEARS
from msgkit.sandbox.complaints import Complaint, ComplaintFields, checked_moment, plain_json
from msgkit.sandbox.credentials import Keys
from msgkit.sandbox.errors import SandboxError
from msgkit.sandbox.fault_plan import Chance, chance
from msgkit.sandbox.faults import PlannedFault, is_count, plan
from msgkit.sandbox.history import Entry
from msgkit.sandbox.keyring import Keyring, PlatformCertificate
from msgkit.sandbox.oddities import Oddity
from msgkit.sandbox.pictures import Upload
from msgkit.sandbox.received import ReceivedReply
from msgkit.sandbox.watched import Watched


class Remembering(Watched):
    """The side of a sandbox that knows complaints, replies and faults."""

    def complaint(self, complaint_id: str | None = None, **fields: Unpack[ComplaintFields]) -> Complaint:
        """Add a complaint, as if a consumer had just made it.

        Whatever is not given is as a complaint usually has it: one order of 10 yuan, a refund asked for, made now,
        about the sandbox's merchant, ``PENDING``, and in need of immediate service.

        Args:
            complaint_id: Its id, 1 to 64 characters; a new one of 27 digits where none is given.
            **fields: Fields of `Complaint`, in the words of WeChat Pay. A ``payer_phone`` is given in plain. None, or
                an empty list, leaves out what a complaint may lack.

        Returns:
            The complaint as it is now; `complaints` tells how it goes on.

        Raises:
            ValueError: Where there is a complaint of this id already, or a field is wrong.
            TypeError: There is no such field.
        """
        return self._state.add_complaint(complaint_id, fields)

    @property
    def complaints(self) -> Mapping[str, Complaint]:
        """The complaints by id, as they stand now: a snapshot, read-only."""
        return self._state.complaints

    def entry(  # noqa: PLR0913 - the fields of an entry
        self,
        complaint_id: str,
        operate_type: str,
        *,
        details: str = "",
        click_message: Mapping[str, Any] | None = None,
        normal_message: Mapping[str, Any] | None = None,
        image_list: Sequence[str] = (),
        operate_time: datetime | None = None,
        **more: Any,
    ) -> Entry:
        """Add an entry to a complaint's history, as the customer or the platform would.

        What the customer says waits for a reply; ``USER_CONTINUE_COMPLAINT`` counts as one more complaint;
        ``COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE`` means that all was refunded, and
        ``COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE`` that the money arrived and the complaint is ``PROCESSED``.

        Args:
            complaint_id: The complaint.
            operate_type: What was done, e.g. ``USER_RESPONSE`` or ``USER_CLICK_RESPONSE``; also one that is not
                documented yet.
            details: What was said.
            click_message: What was tapped on: ``message_content``, ``action_id``, ``clicked_log_id``.
            normal_message: A rich message.
            image_list: Addresses of pictures, see `picture`.
            operate_time: When it was; now by default.
            **more: Other keys of the entry on the wire, e.g. ``operator``.

        Returns:
            The entry, with its ``log_id``.

        Raises:
            ValueError: There is no such complaint, or an argument is wrong.
        """
        if not isinstance(operate_type, str) or not operate_type:
            raise ValueError(f"operate_type must be a name, not {operate_type!r}")
        if not isinstance(details, str):
            raise ValueError(f"details must be a str, not {type(details).__name__}")  # noqa: TRY004 - one error for all
        if isinstance(image_list, str) or not all(isinstance(url, str) for url in image_list):
            raise ValueError("image_list must be addresses of pictures")
        when = None if operate_time is None else checked_moment("operate_time", operate_time)
        own = plain_json({"click_message": click_message, "normal_message": normal_message, "more": more})
        return self._state.add_entry(
            complaint_id,
            operate_type,
            operate_time=when,
            operator=own["more"].pop("operator", None),
            operate_details=details,
            image_list=tuple(image_list),
            **own,
        )

    def history(self, complaint_id: str) -> tuple[Entry, ...]:
        """The entries of a complaint's history, the oldest first.

        Raises:
            ValueError: There is no such complaint.
        """
        entries = self._state.history(complaint_id)
        if entries is None:
            raise ValueError(f"there is no complaint {complaint_id!r}")
        return entries

    @property
    def replies(self) -> tuple[ReceivedReply, ...]:
        """The replies accepted so far, in order."""
        return self._state.replies

    @property
    def uploads(self) -> tuple[Upload, ...]:
        """The pictures accepted so far, in order; the last 100 with their bytes, see `Upload.content`."""
        return self._state.uploads

    @property
    def notification_url(self) -> str | None:
        """Where the merchant wants notifications sent, by a call of the API; None where it said nothing.

        Nothing is sent there: it is an address of the world outside. See `notify_to`.
        """
        return self._state.notification_url

    @property
    def warnings(self) -> tuple[Oddity, ...]:
        """What was odd in the calls that were carried out, in order; `reset` forgets it.

        An upload whose part ``file`` has no filename or another one than ``meta``; a reply that still holds ``${…}``,
        or in which something is empty or missing that makes it work. The documentation forbids none of it. Those of one
        call are in the order of its body. A call that is refused, or that only repeats one, is not in it.
        """
        return self._state.warnings

    def largest_page(self, complaints: int | None = None, history: int | None = None) -> None:
        """Answer larger pages with the error of the platform that asks for smaller ones.

        Args:
            complaints: The largest ``limit`` of a list of complaints; None for the documented one.
            history: The largest ``limit`` of a history; None for the documented one.

        Raises:
            ValueError: A limit is no whole number of at least 1.
        """
        for name, value in (("complaints", complaints), ("history", history)):
            if value is not None and (not is_count(value) or value < 1):
                raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")
        self._state.set_limits(complaints=complaints, history=history)

    def enable_links(self, *, enabled: bool = True) -> None:
        """Whether plain replies may have links and mini programs, which the platform enables for each merchant.

        Args:
            enabled: False to have them refused; a new sandbox, or one that was reset, takes them.
        """
        self._state.enable_links(bool(enabled))

    def fail_next(  # noqa: PLR0913 - each by its name
        self,
        fault: str = "SYSTEM_ERROR",
        *,
        processed: bool | None = None,
        times: int = 1,
        endpoint: str | None = None,
        seconds: float | None = None,
        retry_after: int | str | None = None,
    ) -> None:
        """Let the next calls go wrong, whose signature holds.

        Args:
            fault: One of the platform's codes, e.g. ``SYSTEM_ERROR`` or ``FREQUENCY_LIMITED``, or ``BAD_GATEWAY``; or
                what is wrong with the answer: ``NO_ANSWER``, ``UNSIGNED``, ``WRONG_SIGNATURE``, ``STALE``, ``PROBE``,
                ``UNKNOWN_SERIAL``, ``NOT_JSON``, ``TRUNCATED``, ``SLOW``, ``DRIP``.
            processed: Whether the call is carried out. By default it is not where the fault is an error, and is where
                it is the answer that is wrong; a call that is not carried out has the answer that it would have had.
            times: How many calls, at least 1.
            endpoint: The endpoint whose calls are meant, by its name; any by default.
            seconds: How long ``SLOW`` and ``DRIP`` take; 1 by default.
            retry_after: The ``Retry-After`` header of a 429 or 5xx: seconds, or a date as HTTP writes it.

        Raises:
            ValueError: There is no such fault, or another argument is wrong.
        """
        planned = plan(
            fault, processed=processed, times=times, endpoint=endpoint, seconds=seconds, retry_after=retry_after
        )
        self._state.faults.add(planned)

    def fail_some(  # noqa: PLR0913 - each by its name
        self,
        faults: Mapping[str, float] | Sequence[str],
        *,
        share: float,
        seed: int,
        endpoint: str | None = None,
        processed: bool | None = None,
        seconds: float | None = None,
        retry_after: int | str | None = None,
    ) -> None:
        """Let some calls go wrong from now on, until `heal` or `reset`; `chances` tells which. `faults` has them not.

        Args:
            faults: The names of what can happen, all as likely; or how likely each is beside the others.
            share: The part of the calls, from 0 to 1.
            seed: What the luck of the calls begins with: the same one gives the same faults to the same calls.
            endpoint: The endpoint whose calls are meant; all by default.
            processed: As `fail_next` has it.
            seconds: Likewise, for those of the faults that take their time.
            retry_after: Likewise, for those that have such a header.

        Raises:
            ValueError: An argument is wrong.
        """
        some = chance(
            faults,
            share=share,
            seed=seed,
            endpoint=endpoint,
            processed=processed,
            seconds=seconds,
            retry_after=retry_after,
        )
        self._state.faults.add_chance(some)

    @property
    def faults(self) -> tuple[PlannedFault, ...]:
        """The faults of `fail_next` that no call has met yet, in order; each says how many calls it waits for."""
        return self._state.faults.waiting

    @property
    def chances(self) -> tuple[Chance, ...]:
        """What `fail_some` has switched on, in order: to which part of which calls it happens, and what."""
        return self._state.faults.chances

    def heal(self) -> None:
        """Let no more calls go wrong: forget the faults that wait, and those by chance, and nothing else."""
        self._state.faults.reset()


class Trusting:
    """The side of a sandbox that has keys and certificates."""

    def __init__(self) -> None:
        self._ring: Keyring | None = None

    @property
    def _keyring(self) -> Keyring:
        if self._ring is None:
            raise SandboxError("the sandbox has no keys before it runs: use it in a with statement")
        return self._ring

    def _take_up(self, keys: Keys) -> Keyring:
        # Keys that were read from a directory again are other objects, and the same keys.
        if self._ring is None or self._ring.keys.issued != keys.issued:
            self._ring = Keyring(keys)
        return self._ring

    @property
    def certificate(self) -> str:
        """The merchant's API certificate, PEM text; its serial number is the ``serial_no`` of the credentials.

        Raises:
            SandboxError: Before the sandbox first ran; or its keys come from the directory of an earlier version, with
                a serial number that is too large for a certificate.
        """
        certificate = self._keyring.keys.certificate_pem
        if certificate is None:
            raise SandboxError(
                "the serial_no of this directory is too large for a certificate: choose another directory for new keys"
            )
        return certificate

    @property
    def certificates(self) -> tuple[PlatformCertificate, ...]:
        """The platform's certificates, the oldest first; none before `rotate_certificate`."""
        return self._keyring.certificates

    def rotate_certificate(self, *, valid_for: timedelta = FIVE_YEARS, since: timedelta = timedelta(0)) -> str:
        """Make a new platform certificate, which answers are signed with from then on.

        The older ones stay in ``/v3/certificates`` until their time is over, or until `retire_certificate`. Before the
        first one the merchant has nothing but the public key. A request that names a key in ``Wechatpay-Serial`` is
        answered with that one.

        Args:
            valid_for: For how long it is valid.
            since: How long ago that began.

        Returns:
            Its serial number.

        Raises:
            ValueError: No certificate can be valid then.
        """
        return self._keyring.rotate_certificate(valid_for=valid_for, since=since)

    def retire_certificate(self, serial: str) -> None:
        """Take a platform certificate out of use: nobody is told of it, and nothing is signed with it any more.

        Args:
            serial: Its serial number.

        Raises:
            ValueError: There is no such certificate.
        """
        self._keyring.retire_certificate(serial)

    def rotate_public_key(self) -> tuple[str, str]:
        """Make a new public key of the platform; the ids of before stay valid.

        Returns:
            Its id, and the key as PEM text.
        """
        return self._keyring.rotate_public_key()

    def sign_with(self, serial: str | None) -> None:
        """Sign all answers with one key, whatever the requests ask for: a merchant who migrates sees both kinds.

        Args:
            serial: The id of a public key or the serial number of a certificate; None to choose for each again.

        Raises:
            ValueError: There is no such key.
        """
        self._keyring.sign_with(serial)
