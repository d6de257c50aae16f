"""``msgkit preview``: a file as the customer sees it, for the people who write replies."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from datetime import UTC, datetime
from pathlib import Path

import attrs
import click

from msgkit._cli import _browser, _output
from msgkit._cli._errors import SaidError
from msgkit._cli._filled import filled
from msgkit._cli._help import examples
from msgkit._cli._lang import lang as lang_option
from msgkit._cli._paths import TemplatePath, library_option, variables_option
from msgkit._language import Words
from msgkit._printable import printable
from msgkit.preview import Images, Look, as_page, as_text

_UNWRITTEN = Words("{path} could not be written: {why:reason}", "{path} 写不进去：{why:reason}")
_NO_VIEWER = Words("no browser could be opened; the page is {path}", "没能打开浏览器，网页在 {path}。")

_ENDINGS = (".jpg", ".png", ".bmp")  # of what can be uploaded

_file = click.Path(dir_okay=False, path_type=Path)


@click.command(
    epilog=examples(
        "msgkit preview replies/accepted.yaml",
        "msgkit preview replies/accepted.yaml --var order_no=42",
        "msgkit preview replies/accepted.yaml -o page.html",
    )
)
@click.argument("file", type=TemplatePath())
@variables_option
@click.option("-o", "--output", type=_file, metavar="FILE", help="Write an HTML page, as WeChat shows the message.")
@click.option("--open", "opened", is_flag=True, help="Open this page in the browser.")
@click.option("--png", type=_file, metavar="FILE", help="Write a picture of this page; an installed browser takes it.")
@click.option("--dark", is_flag=True, help="The page as on a phone that is set to dark.")
@click.option(
    "--pictures",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="The folder in which Client(pictures=DIR) kept what was uploaded, for the page to show.",
)
@library_option
@lang_option
def preview(  # noqa: PLR0913 - an argument for each option
    *,
    file: Path,
    variables: tuple[str, ...],
    output: Path | None,
    opened: bool,
    png: Path | None,
    dark: bool,
    pictures: Path | None,
    library: Path | None,
    lang: str,
) -> None:
    """Show a message, a template or a plain reply as the customer sees it.

    A template is filled with its examples where no --var is given. It is shown as text, or as the page that is asked
    for; the page looks as it does now, with what has expired by now.

    \b
    Exit codes:
      0  shown
      1  it cannot be shown, for want of an example too, or what is shown could not be sent
      2  the command is wrong: an option, a --var, a file that is not there
    """  # noqa: D301 - \b is click's, for lines that stay as they are
    shown = filled(file, variables, lang, library)
    if output or opened or png:
        look = Look(images=_kept(pictures) if pictures else None, now=datetime.now(UTC))
        _Page(as_page(shown.content, look, dark=dark), lang).give(output, png, opened=opened)
    else:
        click.echo(as_text(shown.content, ansi=_output.has_styles(), width=_output.width()))
    if shown.problems:
        click.echo(shown.not_sendable(lang), err=True)
        sys.exit(1)


@attrs.frozen
class _Page:
    """A page on its way to whoever asked for it."""

    html: str
    lang: str

    def give(self, output: Path | None, png: Path | None, *, opened: bool) -> None:
        """Write it into a file, write a picture of it into another, and open it; whichever was asked for."""
        if output:
            self._write(output, self.html.encode())
        if png:
            self._write(png, _browser.screenshot(self.html, self.lang))
        if opened:
            self._open()

    def _write(self, path: Path, content: bytes) -> None:
        try:
            path.write_bytes(content)
        except OSError as error:
            said = _UNWRITTEN.text(self.lang, path=printable(str(path)), why=error.strerror)
            raise SaidError(said, self.lang) from None

    def _open(self) -> None:
        # It stays: the browser reads it when this command has ended.
        with tempfile.NamedTemporaryFile(prefix="msgkit-", suffix=".html", delete=False) as kept:
            kept.write(self.html.encode())
        if not webbrowser.open(Path(kept.name).as_uri()):
            raise SaidError(_NO_VIEWER.text(self.lang, path=kept.name), self.lang)


def _kept(folder: Path) -> Images:
    """Return what gives the pictures that a client kept in a folder."""
    # Only who asks for pictures waits for what speaks to networks.
    from msgkit.client._pictures import PictureFolder  # noqa: PLC0415

    pictures = PictureFolder(folder)

    def image(media_id: str) -> bytes | None:
        try:
            path = pictures.path(media_id)
            files = (path.with_name(path.name + ending) for ending in _ENDINGS)
            return next((each.read_bytes() for each in files if each.is_file()), None)
        except (OSError, UnicodeError):  # it is not there, or its id can name no file
            return None

    return image
