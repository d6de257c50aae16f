"""What both kinds of client are: their arguments, their environment, and what needs no call."""

from __future__ import annotations

import base64
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Self, TypeVar

import attrs

from msgkit import _endpoints, rules
from msgkit._apiv3 import notifications
from msgkit._apiv3.calls import Answer, Deadline, FlawError, Operation, Upload, fit_for_a_log
from msgkit._apiv3.exchange import Steps
from msgkit._apiv3.keys import MerchantCertificate, PrivateKey
from msgkit.client._addresses import is_here
from msgkit.client._calling import Attempt, Platform
from msgkit.client._carrying import seconds, whole
from msgkit.client._certificate_file import CertificateFile
from msgkit.client._credentials import Certificates, Credentials, PublicKeys, folder_of
from msgkit.client._hosts import BACKUP, DOCUMENTED, PRIMARY, Documented, Hosts
from msgkit.client._pace import Pace
from msgkit.client._pictures import PictureFolder
from msgkit.client._renewal import Renewal
from msgkit.client._retry import Retry
from msgkit.complaints import Complaint, Notification, Picture
from msgkit.errors import ConfigurationError, Problem, ValidationError

T = TypeVar("T")

logger = logging.getLogger("msgkit")

PREFIX = "WECHATPAY_"
"""What the names of variables begin with."""

VARIABLES = (
    "mchid",
    "serial_no",
    "certificate",
    "private_key",
    "public_key_id",
    "public_key",
    "apiv3_key",
    "platform_certificates",
    "base_url",
    "backup_url",
)
"""Which arguments have variables, in capital letters after that."""

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off", "none"}


class ClientBase(ABC):
    """Both kinds of client, but for the carrying.

    Their methods are written in each; what they do stands in `_endpoints` and `_flows`.
    """

    def __init__(  # noqa: PLR0913 - the credentials are what they are
        self,
        *,
        mchid: str,
        serial_no: str | None = None,
        private_key: PrivateKey | None = None,
        certificate: MerchantCertificate | None = None,
        public_key_id: str | None = None,
        public_key: PublicKeys | None = None,
        apiv3_key: str | bytes | None = None,
        platform_certificates: Certificates = False,
        base_url: str = PRIMARY,
        backup_url: str | Documented | None = DOCUMENTED,
        timeout: float | tuple[float, float] = (5.0, 30.0),
        total: float = 60.0,
        retry: Retry | None = Retry(),  # noqa: B008 - a value that never changes
        pace: Pace | None = None,
        pictures: str | os.PathLike[str] | None = None,
        on_attempt: Callable[[Attempt], object] | None = None,
    ) -> None:
        self._credentials = Credentials.load(
            mchid=mchid,
            serial_no=serial_no,
            private_key=private_key,
            certificate=certificate,
            public_key_id=public_key_id,
            public_key=public_key,
            apiv3_key=apiv3_key,
            platform_certificates=platform_certificates,
        )
        _require(retry is None or isinstance(retry, Retry), "retry must be a Retry, or None for one attempt")
        _require(pace is None or isinstance(pace, Pace), "pace must be a Pace, or None for no limit")
        _require(on_attempt is None or callable(on_attempt), "on_attempt must be a function that takes an Attempt")
        self.mchid = mchid
        self._timeout = seconds(timeout)
        self._pictures = None if pictures is None else PictureFolder(pictures)
        self._platform = Platform(
            self._credentials.protocol,
            self._credentials.keys,
            Hosts.of(base_url, backup_url),
            retry,
            pace,
            whole(total),
            on_attempt,
        )
        if platform_certificates and self._credentials.apiv3_key is not None:
            folder = folder_of(platform_certificates)
            renewal = Renewal(
                self._platform,
                self._credentials.apiv3_key,
                None if folder is None else CertificateFile(folder, mchid),
            )
            self._platform = attrs.evolve(self._platform, certificates=renewal)
        self._open()

    @abstractmethod
    def _open(self) -> None:
        """Make what carries requests."""

    @abstractmethod
    def _drive(self, steps: Steps[T]) -> T:
        """Carry steps out in the thread that calls, and wait for them."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **settings: Any) -> Self:
        """Make a client from the environment.

        Reads ``WECHATPAY_MCHID``; ``_CERTIFICATE``, or ``_SERIAL_NO``; ``_PRIVATE_KEY``, which a certificate in a
        ``.p12`` may hold; ``_PUBLIC_KEY_ID`` and ``_PUBLIC_KEY``, or ``_PLATFORM_CERTIFICATES`` (``1``, or the folder
        that keeps them) and ``_APIV3_KEY``; and ``_BASE_URL`` and ``_BACKUP_URL`` (``none`` for none). Keys are PEM
        text or paths. A variable that is set to nothing counts as not set.

        Args:
            environ: Where to look instead of the environment of this process.
            settings: Arguments of the client, e.g. ``timeout=10``; what is given here is not looked for.

        Raises:
            ConfigurationError: Variables are not set, all of which it names; or one is not what it should be.
            TypeError: A setting is no argument of the client.
        """
        found = from_variables(os.environ if environ is None else environ) | settings
        if missing := missing_variables(found):
            raise ConfigurationError(f"not set in the environment: {', '.join(missing)}")
        return cls(**found)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(mchid={self.mchid!r}, base_url={self._platform.hosts.all[0]!r})"

    def decrypt(self, text: str) -> str:
        """Decrypt a field that the platform encrypted for the merchant, such as `Complaint.payer_phone`.

        Nothing is asked of the platform.

        Args:
            text: The field as it came: RSAES-OAEP (SHA-1) in base64.

        Raises:
            ValidationError: It is none, or is not encrypted for this merchant's key.
        """
        try:
            sealed = base64.b64decode(text, validate=True)
            return self._credentials.private_key.decrypt(sealed, _endpoints.OAEP_SHA1).decode()
        except (ValueError, TypeError, UnicodeDecodeError):
            raise ValidationError([Problem("/text", rules.NOT_FOR_THIS_KEY)], "decrypt") from None

    def parse_notification(self, headers: notifications.Headers, body: notifications.Body) -> Notification:
        """Verify, decrypt and read what WeChat Pay sent to the notification URL.

        Nothing is asked of the platform, and nothing awaited, so it is the same in both kinds of client. Answer 200 or
        204 within 5 seconds; where this raises, `NotificationVerificationError.answer`.

        Args:
            headers: The request's headers as the web framework has them: an object or a dict of names in any case, a
                WSGI environ or Django's ``META``, or pairs, as ASGI has them; names and values as text or bytes.
            body: The body's bytes as they came, or the same as text, at most 65,536 bytes: ``request.get_data()`` in
                Flask, ``request.body`` in Django, ``await request.body()`` in Starlette and FastAPI.

        Raises:
            NotificationVerificationError: It is not proven to be WeChat Pay's, or is not as documented; its `check`
                says which.
            ConfigurationError: The client has no `apiv3_key`, which notifications are encrypted with.
            TypeError: The body was parsed already, or the headers are none.
        """
        key = self._credentials.apiv3_key
        if key is None:
            raise ConfigurationError(
                "parse_notification needs apiv3_key, which notifications are encrypted with; from_env reads it from "
                "WECHATPAY_APIV3_KEY"
            )
        return notifications.read(headers, body, self._platform.protocol.verifier, key)

    def _renew_certificates(self, serial: str) -> None:
        """Get the platform certificate that a notification names; see `NotificationVerificationError.unknown_serial`.

        It blocks for at most as long as a call may take, so it is for a thread that can wait, and that runs no event
        loop. What cannot be got is told in the log. Without platform certificates nothing is asked.

        Args:
            serial: The certificate's serial number.
        """
        if self._platform.certificates is None:
            return
        why_not = self._drive(self._platform.certificates.bring(serial, Deadline(self._platform.total)))
        if why_not:
            logger.warning("the platform certificate %s is not to be had: %s", fit_for_a_log(serial), why_not)

    def _keep(self, media_id: str, upload: Upload) -> str:
        """Keep a picture that was uploaded, where the client has a folder for that; return its id."""
        if self._pictures is not None:
            self._pictures.keep(media_id, upload)
        return media_id

    def _download(self, url: str, *, allow_http: bool) -> Operation[Picture]:
        hosts = self._platform.hosts.all
        # A client of the real platform takes pictures from both of its hosts, whether or not it asks both.
        documented = (PRIMARY, BACKUP)
        ours = tuple(dict.fromkeys((*hosts, *documented))) if PRIMARY in hosts else hosts
        return _endpoints.download_image(url, ours, documented, allow_http=allow_http or all(map(is_here, hosts)))

    def _echo(self, message: str) -> Operation[str]:
        operation = _endpoints.echo(message)

        def result(data: dict[str, Any], answer: Answer) -> str:
            echoed = operation.result(data, answer)
            if echoed.encrypted is not None and self.decrypt(echoed.encrypted) != message:
                raise FlawError("what it holds encrypted is not the message that was sent")
            return message

        return attrs.evolve(operation, result=result)  # type: ignore[arg-type,return-value]

    def _merchant(self, complaint: str | Complaint, complainted_mchid: str | None) -> tuple[str, str]:
        """Return the id of a complaint, and the merchant it is about.

        Raises:
            ValidationError: A merchant is named, and the complaint is about another.
        """
        if not isinstance(complaint, Complaint):
            return complaint, self.mchid if complainted_mchid is None else complainted_mchid
        if complainted_mchid is not None and complainted_mchid != complaint.complainted_mchid:
            raise ValidationError([Problem("/complainted_mchid", rules.OTHER_MERCHANT, complainted_mchid)], "send")
        return complaint.complaint_id, complaint.complainted_mchid


def id_of(complaint: str | Complaint) -> str:
    """Return the id of a complaint that is given by itself or by its id."""
    return complaint.complaint_id if isinstance(complaint, Complaint) else complaint


def from_variables(environ: Mapping[str, str], prefix: str = PREFIX) -> dict[str, Any]:
    """Return the arguments of a client that variables say; see `Client.from_env`.

    Args:
        environ: The variables.
        prefix: What their names begin with.
    """
    found: dict[str, Any] = {
        name: value for name in VARIABLES if (value := environ.get(f"{prefix}{name.upper()}", "")).strip()
    }
    if "platform_certificates" in found:
        found["platform_certificates"] = _switch(found["platform_certificates"])
    if found.get("backup_url", "").strip().lower() in _NO:
        found["backup_url"] = None
    return found


def missing_variables(found: Mapping[str, Any], prefix: str = PREFIX) -> list[str]:
    """Return the variables that are missing, so that there would be somebody to call and somebody to believe.

    Args:
        found: The arguments of a client, as far as there are any.
        prefix: What the names of variables begin with.
    """
    needed = ["mchid"]
    if "certificate" not in found:
        needed += ["serial_no", "private_key"]
    if not found.get("platform_certificates"):
        needed += ["public_key_id", "public_key"]
    else:
        needed += ["apiv3_key"]
    return [f"{prefix}{name.upper()}" for name in needed if name not in found]


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ConfigurationError(otherwise)


def _switch(value: str) -> bool | str:
    """Return what a variable says of platform certificates: yes, no, or the folder that keeps them."""
    word = value.strip().lower()
    return True if word in _YES else False if word in _NO else value
