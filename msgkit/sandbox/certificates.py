"""X.509 certificates: the merchant's, and those that the platform signs with."""

import secrets
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

#: How long certificates of WeChat Pay are good for.
FIVE_YEARS = timedelta(days=5 * 365)

#: Serial numbers are positive and have at most 20 octets (RFC 5280, 4.1.2.2), so the first bit is none of theirs.
SERIAL_BITS = 159

_ISSUER = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "msgkit sandbox"),
        x509.NameAttribute(NameOID.COMMON_NAME, "msgkit sandbox Root CA"),
    ]
)


def new_serial() -> str:
    """A serial number of 40 hexadecimal digits, whoever writes it: it begins with none that would be left out."""
    return f"{secrets.randbits(SERIAL_BITS - 1) | 1 << (SERIAL_BITS - 1):040X}"


def issue(  # noqa: PLR0913 - what a certificate says
    name: str,
    serial: str,
    key: rsa.RSAPublicKey,
    issuer: rsa.RSAPrivateKey,
    *,
    valid_for: timedelta = FIVE_YEARS,
    since: timedelta = timedelta(0),
) -> x509.Certificate:
    """Issue a certificate.

    Args:
        name: Whom it names: a mchid, or the platform.
        serial: Its serial number in hexadecimal digits.
        key: Whose it is.
        issuer: What signs it.
        valid_for: For how long it is valid.
        since: How long ago that began.

    Raises:
        ValueError: The serial number is too large for a certificate, or the times are none.
    """
    begins = datetime.now(UTC).replace(microsecond=0) - since
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "msgkit sandbox"),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(_ISSUER)
        .serial_number(int(serial, 16))
        .public_key(key)
        .not_valid_before(begins)
        .not_valid_after(begins + valid_for)
        .sign(issuer, SHA256())
    )


def pem(certificate: x509.Certificate) -> str:
    """A certificate as PEM text."""
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def p12(mchid: str, key: rsa.RSAPrivateKey, certificate: x509.Certificate) -> bytes:
    """Key and certificate in one file, whose password is the mchid: ``apiclient_cert.p12``."""
    return pkcs12.serialize_key_and_certificates(
        b"Tenpay Certificate", key, certificate, None, BestAvailableEncryption(mchid.encode())
    )
