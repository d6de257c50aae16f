"""Who calls the platform, and with which keys: the environment, or a file that would set it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from msgkit._printable import printable

PREFIX = "WECHATPAY_"


def _environ(_context: click.Context, _option: click.Parameter, path: Path | None) -> Mapping[str, str]:
    if path is None:
        return os.environ
    from msgkit.client._env_file import read  # noqa: PLC0415 - with it comes all that calls

    try:
        # Of the environment nothing counts then: the keys of a sandbox beside the host of the real platform, or the
        # other way round, are what nobody means.
        return read(path)
    except ValueError as error:
        raise click.BadParameter(f"{printable(str(path))}: {error}") from None


env_file = click.option(
    "--env-file",
    "environ",
    type=click.Path(readable=False, path_type=Path),
    callback=_environ,
    help="Take the WECHATPAY_ variables from this file, such as a sandbox's env.sh, instead of the environment.",
)
