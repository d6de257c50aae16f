"""What a check found as SARIF 2.1.0, which code hosts and editors show beside the lines.

The standard is OASIS's, “Static Analysis Results Interchange Format (SARIF) Version 2.1.0”; the figures in the comments
are its sections.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgkit import _language
from msgkit._language import CHINESE, Words
from msgkit._version import __version__
from msgkit.rules import RULES, Rule
from msgkit.templates._findings import Finding, Report

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_ROOT_IS = Words("The folder that msgkit was run in.", "运行 msgkit 的文件夹。")


def log(report: Report, lang: str) -> dict[str, Any]:
    """Return a report as a SARIF log, whose messages are in a language."""
    codes = sorted({finding.rule for finding in report.findings if finding.rule is not None})
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "msgkit",
                        "version": __version__,
                        "rules": [_rule(RULES[code], lang) for code in codes],
                    }
                },
                "language": "zh-CN" if lang == CHINESE else "en-US",
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": _ROOT_IS.text(lang)}}},
                "results": [_result(finding, codes, lang) for finding in report.findings],
            }
        ],
    }


def _rule(rule: Rule, lang: str) -> dict[str, Any]:
    said, cure = (rule.zh, rule.cure_zh) if lang == CHINESE else (rule.en, rule.cure)
    description = {"text": _language.outline(said)}
    # Hosts ask for both descriptions.
    return {"id": rule.code, "shortDescription": description, "fullDescription": description, "help": {"text": cure}}


def _result(finding: Finding, codes: list[str], lang: str) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": _artifact(finding.file)}
    if finding.place:
        location["region"] = {"startLine": finding.place.line, "startColumn": finding.place.column}
    rule = {} if finding.rule is None else {"ruleId": finding.rule, "ruleIndex": codes.index(finding.rule)}
    return {
        **rule,
        "level": finding.severity,
        "message": {"text": _plain(finding.said(lang))},
        "locations": [{"physicalLocation": location}],
    }


def _artifact(file: str) -> dict[str, str]:
    """Return where a file is: below the folder that the command runs in, or else by its whole path."""
    path = Path(os.path.abspath(file))  # noqa: PTH100 - links stay as they were given
    here = Path.cwd()
    if path.is_relative_to(here):
        # By its bytes: a name need not be UTF-8.
        return {"uri": quote(os.fsencode(path.relative_to(here).as_posix()), safe="/"), "uriBaseId": _ROOT}
    return {"uri": path.as_uri()}


def _plain(text: str) -> str:
    """Return a text as a message says it that has neither placeholders nor links (3.11.5, 3.11.6)."""
    shown = "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
    return shown.replace("{", "{{").replace("}", "}}").replace("](", "] (")
