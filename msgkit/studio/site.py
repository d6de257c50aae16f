"""What the places of the studio share: the folder, the sandbox, the client, the pages and who is told of changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2
from attrs import Factory, field, frozen
from markupsafe import Markup

from msgkit import __version__
from msgkit._language import CHINESE
from msgkit.client import Client
from msgkit.sandbox import Sandbox
from msgkit.studio.answers import MarkupAnswer
from msgkit.studio.doors import Asked
from msgkit.studio.events import Events
from msgkit.studio.folder import TemplateFolder
from msgkit.studio.renderings import Renderings
from msgkit.studio.words import WORDS


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("msgkit.studio", "pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@frozen(eq=False)
class Site:
    """A studio that runs.

    Attributes:
        sandbox: The local WeChat Pay.
        client: A client of it, by which replies are really sent.
        templates: The templates in the folder; without one, none.
        events: Tells every open page what has changed.
        lang: The language of a page whose address says none.
        renderings: The templates' messages as markup.
    """

    sandbox: Sandbox
    client: Client
    templates: TemplateFolder
    events: Events
    lang: str = CHINESE
    renderings: Renderings = field(factory=Renderings, repr=False)
    _pages: jinja2.Environment = field(default=Factory(_environment), repr=False)

    def render(self, asked: Asked, page: str, **values: Any) -> Markup:
        """Return a page, or a part of one, in the language of who asked."""
        said = _Said(asked.lang)
        shared: Mapping[str, Any] = {
            "asked": asked,
            "base": asked.base,
            "lang": asked.lang,
            "t": said,
            "version": __version__,
        }
        return Markup(self._pages.get_template(page).render(shared, **values))  # noqa: S704 - autoescaped

    def answer(self, asked: Asked, page: str, **values: Any) -> MarkupAnswer:
        """Answer with a page, or a part of one."""
        return MarkupAnswer(self.render(asked, page, **values))

    def picture(self, media_id: str) -> bytes | None:
        """Return the bytes of a picture that was uploaded to the sandbox; None where there is none of that id."""
        found = (upload for upload in self.sandbox.uploads if upload.media_id == media_id and upload.is_kept)
        return next((upload.content for upload in found), None)


@frozen
class _Said:
    """Says in a page what stands in `WORDS`."""

    lang: str

    def __call__(self, name: str, /, **params: object) -> str:
        return WORDS[name].text(self.lang, **params)
