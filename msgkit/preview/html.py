"""A message as HTML, as WeChat shows it: a fragment for other pages, and a page of its own.

Every text of a message is hostile: Jinja2 escapes all of them, none becomes an address, a style or a program, and none
can turn around what stands beside it.

The names of all classes and custom properties begin with ``msgkit-``; nothing has an id, so that any number of messages
can stand on one page. There are neither style attributes nor scripts, so that a page may forbid them.

Colours, radius and sizes follow WeUI (https://github.com/Tencent/weui, MIT), but where its contrast is below 4.5:1.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import attrs

from msgkit._extras import need
from msgkit.message import Message
from msgkit.preview._parts import View
from msgkit.preview._said import QUESTIONS, Sampled, content_of
from msgkit.preview._view import view
from msgkit.preview.look import Images, Look
from msgkit.reply import Reply

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_AS_IS = Look()


def as_fragment(content: Message | Reply | Sampled, look: Look = _AS_IS) -> Markup:
    """Return a message as an element of a page, ``<div class="msgkit-message">``, to be styled by `style`.

    A block's element and each button that can be tapped (links and questions are buttons too) have as ``data-pointer``
    the JSON Pointer of where they stand in the NormalMessage, or in the plain reply: those of `Look.used`. What a tap
    does is the button's ``title``; what is used up or expired is ``disabled``.

    Args:
        content: The message, the plain reply, or the template, which is filled with its examples.
        look: In what state it is shown, and where its pictures come from.

    Raises:
        MissingExtraError: The extra ``msgkit-wechatpay[preview]`` is not installed.

    >>> print(as_fragment(Message().text("<您好>").sent_by("MACHINE")))
    <div class="msgkit-message" lang="zh-CN">
      <div class="msgkit-avatar" aria-hidden="true">商</div>
      <div class="msgkit-body">
        <p class="msgkit-sender">商家 · 自动回复</p>
        <div class="msgkit-card">
          <p class="msgkit-text" data-pointer="/blocks/0" dir="auto">&lt;您好&gt;</p>
        </div>
      </div>
    </div>
    <BLANKLINE>
    """
    return _fragment(view(content_of(content), look))


def as_page(
    content: Message | Reply | Sampled, look: Look = _AS_IS, *, dark: bool = False, images: Images | None = None
) -> str:
    """Return a message as a whole page: a phone that shows it, and below it what each tap does.

    The page has no script, and asks no network for anything but for pictures that `Look.images` gives as URLs.

    Args:
        content: The message, the plain reply, or the template, which is filled with its examples.
        look: In what state it is shown, and where its pictures come from.
        dark: Whether as on a phone that is set to dark.
        images: What gives pictures, as in `Look`; where given, it goes before that of `look`.

    Raises:
        MissingExtraError: The extra ``msgkit-wechatpay[preview]`` is not installed.
    """
    shown = view(content_of(content), attrs.evolve(look, images=images) if images else look)
    css = style() + _file("page.css")
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    page = _environment().get_template("page.html")
    return page.render(view=shown, fragment=_fragment(shown), dark=dark, css=_markup(css), digest=digest)


@functools.cache
def style() -> str:
    """Return the style sheet of fragments, which touches nothing outside them.

    It is light, and dark where the fragment or what it stands in has the class ``msgkit-dark``.
    """
    return _file("message.css")


def _fragment(shown: View) -> Markup:
    return _markup(_environment().get_template("message.html").render(view=shown))


def _file(name: str) -> str:
    return (files("msgkit.preview") / name).read_text("utf-8")


def _markup(html: str) -> Markup:
    """Say of a text that it is HTML or CSS of ours already."""
    with need("preview"):
        from markupsafe import Markup  # noqa: PLC0415 - an extra
    return Markup(html)  # noqa: S704 - made by our own templates, which escape


@functools.cache
def _environment() -> Environment:
    with need("preview"):
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - an extra
    options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    made = Environment(
        loader=PackageLoader("msgkit.preview"), autoescape=True, undefined=StrictUndefined, auto_reload=False, **options
    )
    made.globals["QUESTIONS"] = QUESTIONS
    return made
