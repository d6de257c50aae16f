"""What the studio answers: a method, a path, and a function of the studio and of what was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from msgkit._language import ENGLISH, Words
from msgkit.studio.answers import JsonAnswer
from msgkit.studio.guard import NONCE

if TYPE_CHECKING:
    from msgkit.studio.site import Site

#: Most fields and files of a form.
_MOST_FIELDS = 2000


class RefusedError(Exception):
    """Something cannot be done; its text is for the person who asked.

    It is answered with 200: a browser writes every other status into its console, and that a button has expired is no
    fault of the page. An answer that is a refusal has the header ``Studio-Refused``, and its body is ``{"refused":
    TEXT}``; htmx swaps nothing, and the page says the text in its corner (event ``studio:refused``).

    Args:
        words: Why, and what to do.
        **params: What the words speak of.
    """

    def __init__(self, words: Words, **params: object) -> None:
        super().__init__(words.text(ENGLISH, **params))
        self.words, self.params = words, params

    def answer(self, lang: str) -> Response:
        """Return what is answered."""
        said = self.words.text(lang, **self.params)
        trigger = json.dumps({"studio:refused": {"said": said}})
        return JsonAnswer(
            {"refused": said}, headers={"Studio-Refused": "1", "HX-Reswap": "none", "HX-Trigger": trigger}
        )


@frozen
class Uploaded:
    """A file that came in a form.

    Attributes:
        filename: Its name, as the browser says it.
        content: Its bytes.
    """

    filename: str
    content: bytes = field(repr=False)


@frozen
class Asked:
    """What a page asks for.

    Attributes:
        lang: The language of the page.
        root: What comes before all addresses: empty, or the slash and the token.
        nonce: What the page's own style sheets are known by.
        query: The parameters of the address; of several of one name, the last.
        form: The fields of a form that was posted; of several of one name, the last.
        files: The files of that form.
    """

    lang: str
    root: str
    nonce: str = field(repr=False)
    query: Mapping[str, str] = field(factory=dict, repr=False)
    form: Mapping[str, str] = field(factory=dict, repr=False)
    files: Mapping[str, Uploaded] = field(factory=dict, repr=False)

    @property
    def base(self) -> str:
        """What comes before the addresses of pages in this language."""
        return f"{self.root}/{self.lang}"


@frozen
class Door:
    """One thing that can be asked for.

    Attributes:
        method: The HTTP method.
        path: The path, below that of the language.
        answer: Answers it, in a thread of its own.
    """

    method: Literal["GET", "POST"]
    path: str
    answer: Callable[[Site, Asked], Response]

    def route(self, site: Site, root: str, lang: str) -> Route:
        """Return the door as a route of the studio, in a language."""

        async def endpoint(request: Request) -> Response:
            form = await _form(request) if self.method == "POST" else {}
            asked = Asked(
                lang,
                root,
                request.scope[NONCE],
                dict(request.query_params),
                {name: value for name, value in form.items() if isinstance(value, str)},
                {name: value for name, value in form.items() if isinstance(value, Uploaded)},
            )
            return await run_in_threadpool(self._answered, site, asked)

        return Route(f"/{lang}{self.path}", endpoint, methods=[self.method])

    def _answered(self, site: Site, asked: Asked) -> Response:
        try:
            return self.answer(site, asked)
        except RefusedError as error:
            return error.answer(asked.lang)


async def _form(request: Request) -> dict[str, Any]:
    async with request.form(max_files=10, max_fields=_MOST_FIELDS) as form:
        return {name: await _read(value) for name, value in form.multi_items()}


async def _read(value: UploadFile | str) -> Uploaded | str:
    return value if isinstance(value, str) else Uploaded(value.filename or "", await value.read())
