"""The language that a command speaks, and the option for it."""

from __future__ import annotations

import locale
import os

import click

from msgkit import _language
from msgkit._language import CHINESE, ENGLISH

_VARIABLE = "MSGKIT_LANG"
_HELP = "English or Chinese; by default what MSGKIT_LANG says, or else the locale."


def language() -> str:
    """Return the language of the command: that of ``--lang``, of ``MSGKIT_LANG``, or of the locale."""
    return _language.language() if os.environ.get(_VARIABLE) else of_locale(_locale())


def of_locale(name: str) -> str:
    """Return the language that a locale stands for.

    >>> of_locale("zh_CN.UTF-8"), of_locale("Chinese (Simplified)_China"), of_locale("C")
    ('zh', 'zh', 'en')
    """
    return CHINESE if name.lower().startswith(("zh", "chinese")) else ENGLISH


def _locale() -> str:
    if os.name == "nt":
        return locale.getlocale()[0] or ""
    # The order of POSIX for messages: the first that is set to something counts.
    return next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")


def _chosen(context: click.Context, _option: click.Parameter, value: str | None) -> str:
    asked = value or language()
    if not context.resilient_parsing:
        # One process, one language: errors of the library, which listens to this variable alone, speak it too.
        os.environ[_VARIABLE] = asked
    return asked


lang = click.option("--lang", type=click.Choice(_language.LANGUAGES), callback=_chosen, help=_HELP)
"""The option, for a command that says something itself."""

speaks = click.option(
    "--lang", type=click.Choice(_language.LANGUAGES), callback=_chosen, help=_HELP, expose_value=False
)
"""The option, for a command of which only errors have a language."""
