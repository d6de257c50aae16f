"""The keys of a sandbox: those a merchant is given, and those the sandbox keeps."""

import json
import os
import secrets
import shlex
import tempfile
from pathlib import Path
from typing import Self

from attrs import asdict, evolve, field, frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from msgkit.sandbox.certificates import SERIAL_BITS, issue, new_serial, pem
from msgkit.sandbox.rsa_keys import new_key, private_pem, public_pem

#: The merchant of every sandbox, who is also the one that the initial complaints are about.
MCHID = "1900012181"


def _masked(_: object) -> str:
    return "'***'"


@frozen
class Credentials:
    """What a merchant needs to call the sandbox, in the words of WeChat Pay's merchant platform.

    Attributes:
        base_url: Where the sandbox listens, such as ``http://127.0.0.1:8080``.
        mchid: The merchant's id.
        serial_no: Serial number of the merchant API certificate, 40 hexadecimal digits.
        private_key: The merchant's private key, PEM text.
        public_key_id: Id of the WeChat Pay public key, ``PUB_KEY_ID_`` and digits.
        public_key: The WeChat Pay public key, PEM text: what answers are verified with.
        apiv3_key: The APIv3 key, 32 characters.
    """

    base_url: str
    mchid: str
    serial_no: str
    private_key: str = field(repr=_masked)
    public_key_id: str
    public_key: str = field(repr=False)
    apiv3_key: str = field(repr=_masked)

    @property
    def environ(self) -> dict[str, str]:
        """The ``WECHATPAY_`` variables, keys as PEM text: what `Client.from_env` takes."""
        return _variables(asdict(self))

    def write(self, directory: str | os.PathLike[str]) -> None:
        """Write ``credentials.json``, ``env.sh`` and the PEM files that both name.

        ``env.sh`` exports the ``WECHATPAY_`` variables and is meant to be sourced. The directory
        is created for its owner alone (0700) where it is missing; so is every file (0600). Files
        of an earlier sandbox are replaced.

        Args:
            directory: Where to write them.
        """
        folder = Path(directory).absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keys = {
            "private_key": folder / "apiclient_key.pem",
            "public_key": folder / "pub_key.pem",
        }
        values = asdict(self) | {name: str(path) for name, path in keys.items()}
        for name, path in keys.items():
            write_private(path, getattr(self, name))
        write_private(folder / "credentials.json", json.dumps(values, indent=2) + "\n")
        exports = (f"export {name}={shlex.quote(value)}\n" for name, value in _variables(values).items())
        write_private(folder / "env.sh", "".join(exports))


def _variables(values: dict[str, str]) -> dict[str, str]:
    return {f"WECHATPAY_{name.upper()}": value for name, value in values.items()}


def new_public_key_id() -> str:
    """An id as the platform gives its public keys."""
    return "PUB_KEY_ID_01" + "".join(secrets.choice("0123456789") for _ in range(26))


@frozen
class Keys:
    """Everything secret about one sandbox.

    Attributes:
        issued: What the merchant is given; ``base_url`` is empty until the sandbox listens.
        merchant: Verifies what the merchant signs.
        platform: Signs what the sandbox answers.
        certificate: The merchant's API certificate. None where its serial number, given by an earlier version, is too
            large for one.
    """

    issued: Credentials
    merchant: rsa.RSAPublicKey = field(repr=False)
    platform: rsa.RSAPrivateKey = field(repr=False)
    certificate: x509.Certificate | None = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make new key pairs, RSA with 2048 bits as WeChat Pay uses them, and the merchant's certificate."""
        merchant, platform = new_key(), new_key()
        issued = Credentials(
            base_url="",
            mchid=MCHID,
            serial_no=new_serial(),
            private_key=private_pem(merchant),
            public_key_id=new_public_key_id(),
            public_key=public_pem(platform.public_key()),
            apiv3_key=secrets.token_hex(16),
        )
        return cls.made_of(issued, merchant.public_key(), platform)

    @classmethod
    def made_of(
        cls,
        issued: Credentials,
        merchant: rsa.RSAPublicKey,
        platform: rsa.RSAPrivateKey,
        certificate: x509.Certificate | None = None,
    ) -> Self:
        """Put keys together; a certificate that is missing is issued."""
        if certificate is None and int(issued.serial_no, 16).bit_length() <= SERIAL_BITS:
            certificate = issue(issued.mchid, issued.serial_no, merchant, platform)
        return cls(issued, merchant, platform, certificate)

    @property
    def are_a_pair(self) -> bool:
        """Whether the merchant was given the public key of the key that signs."""
        return self.issued.public_key == public_pem(self.platform.public_key())

    @property
    def certificate_pem(self) -> str | None:
        """The merchant's API certificate, PEM text."""
        return None if self.certificate is None else pem(self.certificate)

    def write_platform_key(self, path: Path) -> None:
        """Write the key that signs answers, for its owner alone (0600)."""
        write_private(path, private_pem(self.platform))

    def issued_for(self, base_url: str) -> Credentials:
        """The merchant's credentials for a sandbox that listens at ``base_url``."""
        return evolve(self.issued, base_url=base_url)


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file for its owner alone (0600)."""
    # Written beside and moved into place: never readable by others, never half there, and a link
    # that lies in the way is replaced and not followed.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
