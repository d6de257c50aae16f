"""Many merchants of one sandbox for tests: their numbers, and credentials that differ in what tells them apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs

from msgkit.sandbox import Sandbox

FIRST, SECOND, THIRD = "1900012181", "1900012182", "1900012183"


def arguments(sandbox: Sandbox, mchid: str, **more: Any) -> dict[str, Any]:
    """The arguments of the client of one merchant, with the sandbox's keys but for what is given."""
    return {**attrs.asdict(sandbox.credentials), "mchid": mchid, **more}


def write(folder: Path, sandbox: Sandbox, mchid: str, **more: Any) -> Path:
    """Write the credentials of one merchant, as ``credentials.json``; return its folder."""
    found = folder / mchid
    found.mkdir(parents=True, exist_ok=True)
    (found / "credentials.json").write_text(json.dumps(arguments(sandbox, mchid, **more)), encoding="utf-8")
    return found
