"""A notification as it goes over the wire: sealed with the APIv3 key, signed with the platform's key."""

from __future__ import annotations

import base64
import json
import secrets
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from msgkit.sandbox.complaints import moment
from msgkit.sandbox.keyring import Keyring
from msgkit.sandbox.pushes import Push
from msgkit.sandbox.signatures import signed_by

#: What the platform says of an event, at most 64 characters, by its ``event_type``.
SUMMARIES = {"COMPLAINT.CREATE": "产生新投诉", "COMPLAINT.STATE_CHANGE": "投诉单状态变化"}

_ASSOCIATED = "complaint"


class SignedNotification(NamedTuple):
    """A notification, signed just now: ``headers, body = customer.notification()``.

    Attributes:
        headers: The headers that prove whose it is, and ``Content-Type``.
        body: The very bytes that were signed.
    """

    headers: dict[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<SignedNotification of {len(self.body)} bytes>"


def signed_notification(push: Push, keyring: Keyring) -> SignedNotification:
    """Seal and sign a notification (投诉通知回调), now: only its id and what it tells are always the same.

    Args:
        push: What it tells.
        keyring: The platform's keys; it is signed with the one in use.
    """
    body = _sealed(push, keyring.keys.issued.apiv3_key)
    return SignedNotification({"Content-Type": "application/json"} | signed_by(keyring.signer(None), body), body)


def _sealed(push: Push, apiv3_key: str) -> bytes:
    nonce = secrets.token_hex(6)
    told = _written({"complaint_id": push.complaint_id, "action_type": push.action_type})
    sealed = AESGCM(apiv3_key.encode()).encrypt(nonce.encode(), told, _ASSOCIATED.encode())
    return _written(
        {
            "id": push.id,
            "create_time": moment(push.create_time),
            "event_type": push.event_type,
            "resource_type": "encrypt-resource",
            "summary": SUMMARIES[push.event_type],
            "resource": {
                "original_type": "complaint",
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode("ascii"),
                "nonce": nonce,
                "associated_data": _ASSOCIATED,
            },
        }
    )


def _written(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
