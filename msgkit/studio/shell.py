"""The page around all places."""

from __future__ import annotations

from starlette.responses import Response

from msgkit.studio import gallery
from msgkit.studio.doors import Asked, Door
from msgkit.studio.site import Site


def _page(site: Site, asked: Asked) -> Response:
    other = "en" if asked.lang == "zh" else "zh"
    return site.answer(
        asked,
        "page.html",
        other=f"{asked.root}/{other}/",
        address=site.sandbox.base_url.removeprefix("http://"),
        folder=site.templates.label,
        **gallery.values(site, asked),
    )


DOORS = (Door("GET", "/", _page),)
