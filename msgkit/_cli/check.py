"""``msgkit check``: what is wrong with messages and templates."""

from __future__ import annotations

import functools
import json
import sys
from pathlib import Path
from typing import Any

import click

from msgkit._cli import _report
from msgkit._cli._errors import WrongError
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath, library_option
from msgkit._language import Words
from msgkit.templates import checking
from msgkit.templates.checking import Finding, Report

_ONE_DOCUMENT = Words(
    "--watch goes on, and --format {form} is one document; leave one of them out",
    "--watch 会一直运行，--format {form} 只输出一份文档，请去掉其中一个。",
)


@click.command(
    epilog=examples(
        "msgkit check replies/ --lang zh",
        "msgkit check replies/accepted.yaml --strict",
        "msgkit check replies/ --watch",
        "msgkit check replies/ --format sarif",
    )
)
@click.argument("paths", nargs=-1, required=True, type=TemplatePath())
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif"]),
    default="text",
    help="For people, for machines, as annotations of a GitHub workflow, or as SARIF 2.1.0.",
)
@click.option("--strict", is_flag=True, help="Warnings count too.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl+C.")
@library_option
@lang_option
def check(  # noqa: PLR0913 - an argument for each option
    paths: tuple[Path, ...], form: str, library: Path | None, lang: str, *, strict: bool, watch: bool
) -> None:
    """Check messages and templates: files, or all .json and .yaml files in folders.

    Of each file at most 100 findings are told. `msgkit explain CODE` says more of a rule, whose code ends each line in
    brackets.

    \b
    Exit codes:
      0  no problems, and with --strict no warnings; or --watch was ended
      1  problems, or something could not be read or is not there
      2  the command is wrong
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    if not watch:
        report = _check(paths, form, library, lang)
        sys.exit(1 if report.errors or (strict and report.findings) else 0)
    if form not in {"text", "github"}:
        raise WrongError(_ONE_DOCUMENT.text(lang, form=form), lang)
    try:
        from msgkit._cli import _watch  # noqa: PLC0415 - for whoever watches

        _watch.watch(paths, lambda: _check(paths, form, library, lang), functools.partial(click.echo, err=True), lang)
    except KeyboardInterrupt:
        sys.exit(0)


def _check(paths: tuple[Path, ...], form: str, library: Path | None, lang: str) -> Report:
    """Check, and tell what was found."""
    report = checking.check(paths, library)
    match form:
        case "json":
            click.echo(_json(report.as_dict(lang)))
        case "sarif":
            from msgkit._cli import _sarif  # noqa: PLC0415 - for whoever asks for it

            click.echo(_json(_sarif.log(report, lang)))
        case _:
            for line in _report.lines(report, lang) if form == "text" else _annotations(report, lang):
                click.echo(line)
            for line in _report.summary(report, paths, lang):
                click.echo(line, err=True)
    return report


def _json(document: dict[str, Any]) -> str:
    # GitHub takes ##[ for a command wherever it stands; in JSON only a text can hold it.
    return json.dumps(document, indent=2).replace("##", "#\\u0023")


def _annotations(report: Report, lang: str) -> list[str]:
    return [_annotation(finding, lang) for finding in report.findings]


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
