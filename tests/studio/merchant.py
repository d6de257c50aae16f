"""A studio in this process, with what is kept of calls, and a complaint of it; asked as its own page asks."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from attrs import frozen
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from starlette.testclient import TestClient

from msgkit.client import Client, Retry
from msgkit.sandbox import Complaint, Customer, Sandbox
from msgkit.studio.conversation.telling import telling
from msgkit.studio.events import Events
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.site import Site
from tests.studio.served import ADDRESS, client_of


@frozen
class Desk:
    """Who sits before the studio.

    Attributes:
        site: The studio.
        page: Who asks as the page does.
        complaint: The complaint that is looked at.
    """

    site: Site
    page: TestClient
    complaint: Complaint

    @property
    def sandbox(self) -> Sandbox:
        """The sandbox."""
        return self.site.sandbox

    @property
    def customer(self) -> Customer:
        """Who complained."""
        return self.site.sandbox.customer(self.complaint)

    def get(self, path: str, lang: str = "zh", **asked: str) -> str:
        """Return a part of the page, with the complaint as the one that is chosen."""
        answer = self.page.get(f"/{lang}{path}", params={"id": self.complaint.complaint_id, **asked})
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, lang: str = "zh", **given: str) -> str:
        """Do something, and return what is answered."""
        given = {"id": self.complaint.complaint_id, **given}
        answer = self.page.post(f"/{lang}{path}", data=given, headers={"Origin": ADDRESS})
        assert answer.status_code in (200, 204)
        return answer.text

    def refused(self, path: str, lang: str = "zh", **given: str) -> str:
        """Do something that is refused, and return why."""
        given = {"id": self.complaint.complaint_id, **given}
        answer = self.page.post(f"/{lang}{path}", data=given, headers={"Origin": ADDRESS})
        assert "Studio-Refused" in answer.headers
        said = answer.json()["refused"]
        assert isinstance(said, str)
        return said


@contextmanager
def site_on(folder: Path | None = None) -> Iterator[Site]:
    """Make a studio that keeps what is called, and hears of what changes."""
    events = Events()
    with Sandbox(exchanges=500) as sandbox, Client.from_env(sandbox.credentials.environ, retry=Retry(2)) as client:
        sandbox.on_change(telling(events))
        yield Site(sandbox, client, TemplateFolder(folder, events.tell), events)


def desk_at(site: Site) -> Desk:
    """Sit down at a studio, with one complaint more than a sandbox begins with, and all else forgotten."""
    site.sandbox.reset()
    complaint = site.sandbox.complaint(complaint_detail="杯子是碎的", apply_refund_amount=12850)
    return Desk(site, client_of(site), complaint)


def ask_wrongly(sandbox: Sandbox, path: str) -> None:
    """Ask the sandbox for something with a signature for the method in lower case, as somebody else's client would."""
    issued = sandbox.credentials
    key = load_pem_private_key(issued.private_key.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    stamp, nonce = str(int(time.time())), uuid.uuid4().hex
    signature = key.sign(f"get\n{path}\n{stamp}\n{nonce}\n\n".encode(), padding.PKCS1v15(), SHA256())
    pairs = {
        "mchid": issued.mchid,
        "nonce_str": nonce,
        "signature": base64.b64encode(signature).decode(),
        "timestamp": stamp,
        "serial_no": issued.serial_no,
    }
    authorization = "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in pairs.items())
    headers = {"Authorization": authorization, "Accept": "application/json", "User-Agent": "another"}
    assert requests.get(sandbox.base_url + path, headers=headers, timeout=10).status_code == 401
