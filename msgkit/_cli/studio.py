"""``msgkit studio``: a page on a sandbox."""

from __future__ import annotations

import functools
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from msgkit._cli._chinese import in_language
from msgkit._cli._errors import WrongError
from msgkit._cli._help import examples
from msgkit._cli._lang import language, speaks
from msgkit._extras import need
from msgkit._language import Words
from msgkit._printable import printable

if TYPE_CHECKING:
    from msgkit.studio import Studio

_OPEN_TO_ALL = Words(
    "Warning: other machines can reach this page. Everybody who has its address, with the secret in it, can use the"
    " studio and write into its folder; what is sent is not encrypted.",
    "警告：其他机器可以访问这个页面。任何人拿到带密钥的地址，就能使用工作台并写入文件夹；传输没有加密。",
)


@click.command(
    epilog=examples(
        "msgkit studio replies/ --open",
        "msgkit studio replies/ --port 8380 --state-dir state",
        "msgkit studio replies/ --host 0.0.0.0",
    )
)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port of the page; by default 8380, or a free one where that is taken. 0 picks a free one.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Address of the page; at another than this machine's own, its URL holds a secret.",
)
@click.option("--token", metavar="TEXT", help="That secret, at least 16 letters, digits, - or _; by default a new one.")
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the sandbox's credentials.json, env.sh and keys.",
)
@click.option(
    "--notify",
    metavar="URL",
    help="Post notifications to this address of this machine, such as http://127.0.0.1:8000/notify.",
)
@click.option("--open", "opens", is_flag=True, help="Open the page in the browser.")
@speaks
def studio(folder: Path | None, *, opens: bool, **given: Any) -> None:
    """Look at the templates in FOLDER, write new ones, and try them out: a page on a local WeChat Pay.

    It runs until it is interrupted, and tells each call of the sandbox in a line. Nothing outside of FOLDER is read or
    written.
    """
    with need("studio"):
        from msgkit.sandbox.foreground import CallLines, until_interrupted  # noqa: PLC0415 - an extra

    say = functools.partial(print, flush=True)
    with until_interrupted() as interruption, _made(folder, **given) as running:
        if not interruption.was_heard:
            lines = CallLines(say)
            running.sandbox.watch(lines.add)
            say(f"studio on {running.url}")
            say(f"listening on {running.sandbox.base_url}")
            lines.begin()
            if running.is_open:
                click.echo(_OPEN_TO_ALL.text(language()), err=True)
            if opens:
                webbrowser.open(running.url)
        interruption.wait()


def _made(folder: Path | None, **given: Any) -> Studio:
    """Return the studio that was asked for.

    Raises:
        WrongError: An argument is wrong: there is no such folder, say.
    """
    with need("studio"):
        from msgkit.studio import Studio  # noqa: PLC0415 - an extra
        from msgkit.studio.server import StudioError  # noqa: PLC0415 - likewise

    lang = language()
    try:
        return Studio(folder, lang=lang, **given)
    except (StudioError, ValueError) as error:
        raise WrongError(in_language(printable(str(error)), lang), lang) from None
