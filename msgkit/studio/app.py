"""The studio as an ASGI application: its page, its files, and the doors of its places."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from msgkit._language import CHINESE, ENGLISH, LANGUAGES
from msgkit.preview import style
from msgkit.studio import calls, composer, conversation, gallery, shell
from msgkit.studio.doors import Door
from msgkit.studio.guard import Guard
from msgkit.studio.site import Site

_ICON = resources.files("msgkit.studio") / "static" / "icon.svg"

DOORS: tuple[Door, ...] = (*shell.DOORS, *gallery.DOORS, *composer.DOORS, *conversation.DOORS, *calls.DOORS)


def create_app(site: Site, host: str, port: int, token: str | None = None) -> ASGIApp:
    """Return the studio as an ASGI application.

    Args:
        site: What it shows.
        host: The address that it listens on.
        port: Its port.
        token: What all its addresses begin with; None where everybody who reaches it may use it.
    """
    root = f"/{token}" if token else ""
    inner: list[BaseRoute] = [
        Route("/", _home(site, root)),
        Route("/events", _events(site)),
        Route("/static/preview.css", _preview_style),
        Mount("/static", StaticFiles(packages=[("msgkit.studio", "static")])),
        *_in_all_languages(site, root),
    ]
    # Browsers ask for it whatever the page says.
    icon = Route("/favicon.ico", _icon)
    app = Starlette(routes=[Mount(root, routes=inner), icon] if token else [*inner, icon])
    app.router.redirect_slashes = False
    return Guard(app, host, port)


def _in_all_languages(site: Site, root: str) -> Iterable[Route]:
    return (door.route(site, root, lang) for lang in LANGUAGES for door in DOORS)


def _home(site: Site, root: str) -> Any:
    async def endpoint(request: Request) -> Response:
        return RedirectResponse(f"{root}/{_asked_for(request.headers.get('accept-language', ''), site.lang)}/")

    return endpoint


def _asked_for(accepted: str, otherwise: str) -> str:
    """Return the first language of a browser's list that the studio speaks."""
    for entry in accepted.split(","):
        name = entry.partition(";")[0].strip().lower().partition("-")[0]
        if name in (CHINESE, ENGLISH):
            return name
    return otherwise


def _events(site: Site) -> Any:
    async def endpoint(_: Request) -> Response:
        return StreamingResponse(site.events.stream(), media_type="text/event-stream")

    return endpoint


async def _preview_style(_: Request) -> Response:
    return Response(style(), media_type="text/css", headers={"Cache-Control": "no-cache"})


async def _icon(_: Request) -> Response:
    return FileResponse(str(_ICON), media_type="image/svg+xml")
