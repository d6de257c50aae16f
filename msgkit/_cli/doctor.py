"""``msgkit doctor``: are the keys, the clock and the connection right?"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

import click

from msgkit._cli import _output
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._settings import env_file


@click.command(epilog=examples("msgkit doctor --env-file state/env.sh --lang zh"))
@env_file
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document, for machines.")
@lang_option
def doctor(environ: Mapping[str, str], *, as_json: bool, lang: str) -> None:
    """Check the keys, the clock and the connection, and say what to do where one is not right.

    It looks at the settings, the merchant's key and certificate, WeChat Pay's public key, each host, the clock, both
    signatures, encryption both ways, and the platform certificates. It asks the platform's echo endpoint, which has
    no effect, and for its certificates where there is an APIv3 key.

    \b
    Exit codes:
      0  all is well; there may be warnings
      1  something is wrong
      2  settings are missing
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    # Loading what speaks to a network takes longer than `--help`.
    from msgkit._cli._doctor import _connection, _keys  # noqa: PLC0415
    from msgkit._cli._doctor._report import Report  # noqa: PLC0415

    settings = _keys.Settings.of(environ, lang)
    findings = (*_keys.look_at(settings), *_connection.look_at(settings))
    report = Report(findings, is_complete=not settings.missing)
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=2))
    else:
        for line in report.lines(lang, columns=_output.width(), ansi=_output.has_styles()):
            click.echo(line)
    sys.exit(report.exit_code)
