"""The short form as YAML text, as a person would write it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgkit._extras import need

with need("yaml"):
    import yaml


class _Dumper(yaml.SafeDumper):
    """Writes a list below its key indented, and a text of several lines as a block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT002, ARG002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - template files have none
        return True


def as_yaml(data: Mapping[str, Any]) -> str:
    """Return a file in the short form as YAML."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
