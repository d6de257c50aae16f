"""The short form as YAML text, as a person would write it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgkit._extras import need

with need("yaml"):
    import yaml


# A number to JSON, and so to who reads template files, and a text to YAML 1.1, which PyYAML writes.
_is_number = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?").fullmatch
_has_odd_break = re.compile("[\r\x85\u2028\u2029]").search


class _Dumper(yaml.SafeDumper):
    """Writes a list below its key indented, and a text of several lines as a block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT002, ARG002
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - template files have none
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if _has_odd_break(text):
        style = '"'
    elif _is_number(text):
        style = "'"
    elif "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _text)


def as_yaml(data: Mapping[str, Any]) -> str:
    """Return a file in the short form as YAML."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1_000_000)
