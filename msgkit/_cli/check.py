"""``msgkit check``: what is wrong with messages and templates."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from msgkit._cli._lang import lang as lang_option
from msgkit.templates import checking
from msgkit.templates.checking import Finding


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="For people, for machines, or as annotations of a GitHub workflow.",
)
@lang_option
def check(paths: tuple[Path, ...], form: str, lang: str) -> None:
    """Check messages and templates: files, or all .json and .yaml files in folders.

    Of each file at most 100 findings are told. Exits with 1 where there are problems, or where something could not be
    read. `msgkit explain CODE` says more of a rule, whose code ends each line in brackets.
    """
    report = checking.check(paths)
    if form == "json":
        # GitHub takes ##[ for a command wherever it stands; in JSON only a text can hold it.
        click.echo(json.dumps(report.as_dict(lang), indent=2).replace("##", "#\\u0023"))
    else:
        for finding in report.findings:
            click.echo(_annotation(finding, lang) if form == "github" else finding.text(lang))
        click.echo(report.text(lang), err=True)
    sys.exit(1 if report.errors else 0)


def _annotation(finding: Finding, lang: str) -> str:
    """Return a finding as a workflow command of GitHub Actions."""
    where = f"file={_escaped(finding.file, ':,')}"
    if finding.place:
        where += f",line={finding.place.line},col={finding.place.column}"
    if finding.rule:
        where += f",title={finding.rule}"
    return f"::{finding.severity} {where}::{_escaped(finding.said(lang))}"


def _escaped(text: str, more: str = "") -> str:
    percented = "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else char for char in text)
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in percented)
