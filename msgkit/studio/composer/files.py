"""What the composer reads and writes: the templates of the folder, pictures for the sandbox, and where one begins."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from msgkit.errors import SendError, ValidationError
from msgkit.studio.answers import JsonAnswer
from msgkit.studio.composer import starts
from msgkit.studio.composer.draft import JSON, language_of, name_in, read, text_of
from msgkit.studio.doors import Asked, Door, RefusedError
from msgkit.studio.saving import ChangedError
from msgkit.studio.site import Site
from msgkit.studio.words import WORDS
from msgkit.templates._folder import composed

_MOST_LISTED = 200
"""Most templates that are listed at once; who looks for another one writes more of its name."""


def _source(site: Site, asked: Asked) -> Response:
    name = name_in(asked)
    text, stamp = site.templates.read(name)
    path = site.templates.entry(name).path
    language = JSON if path.lower().endswith(".json") else "yaml"
    return JsonAnswer({"name": composed(name), "path": path, "text": text, "stamp": stamp, "language": language})


def _start(_: Site, asked: Asked) -> Response:
    text = starts.STARTS.get(asked.query.get("start", ""))
    if text is None:
        raise RefusedError(WORDS["composer.bad_form"])
    return JsonAnswer({"text": text, "language": "yaml"})


def _list(site: Site, asked: Asked) -> Response:
    sought = composed(asked.query.get("q", "")).casefold()
    found = [name for name in site.templates.names if sought in name.casefold()]
    seen = {name: site.templates.seen(name) for name in found[:_MOST_LISTED]}
    listed = [
        {"name": name, "about": entry.template.description or "" if entry and entry.template else ""}
        for name, entry in seen.items()
    ]
    return JsonAnswer({"folder": site.templates.label, "number": len(found), "templates": listed})


def _save(site: Site, asked: Asked) -> Response:
    """Write the draft into the folder; a file that somebody else has changed meanwhile is shown and left alone."""
    name, text, language = name_in(asked), text_of(asked.form), language_of(asked.form)
    over = asked.form.get("over") or None
    if over is not None and name in site.templates:
        is_json = site.templates.entry(name).path.lower().endswith(".json")
        if is_json and language != JSON:
            raise RefusedError(WORDS["composer.json_file"], name=name)
    try:
        stamp = site.templates.save(name, text, over=over, ending=f".{language}")
    except ChangedError as error:
        said = error.words.text(asked.lang, **error.params)
        return JsonAnswer({"changed": said, "text": error.text, "stamp": error.stamp, "is_new": over is None})
    findings = read(site, text, language, name).findings(asked.lang)
    return JsonAnswer({**_entry(site, name), "stamp": stamp, "errors": sum(_is_error(each) for each in findings)})


def _entry(site: Site, name: str) -> dict[str, Any]:
    return {"name": composed(name), "path": site.templates.entry(name).path}


def _is_error(finding: dict[str, Any]) -> bool:
    return bool(finding["severity"] == "error")


def _picture(site: Site, asked: Asked) -> Response:
    """Upload a picture to the sandbox, by the client, which takes what WeChat Pay takes."""
    picture = asked.files.get("picture")
    if picture is None:
        raise RefusedError(WORDS["composer.no_picture"])
    try:
        media_id = site.client.upload_image(picture.content, picture.filename or "picture")
    except ValidationError as error:
        raise RefusedError(WORDS["composer.bad_picture"], said=error.problems[0].said(asked.lang)) from None
    except SendError:
        raise RefusedError(WORDS["composer.not_uploaded"]) from None
    return JsonAnswer({"media_id": media_id, "filename": picture.filename})


DOORS = (
    Door("GET", "/compose/source", _source),
    Door("GET", "/compose/start", _start),
    Door("GET", "/compose/templates", _list),
    Door("POST", "/compose/save", _save),
    Door("POST", "/compose/picture", _picture),
)
