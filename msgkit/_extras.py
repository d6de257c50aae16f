"""What to say where an extra is missing, in one place.

The distribution is ``msgkit-wechatpay``: the name ``msgkit`` on the package index belongs to another project.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

DISTRIBUTION = "msgkit-wechatpay"
"""What pip calls this package; the import and the command are ``msgkit``."""

_SANDBOX = ("jsonschema_rs", "python_multipart", "starlette", "uvicorn")
BRINGS = {
    "async": ("anyio", "httpcore2", "httpx2"),
    "celery": ("celery", "kombu", "redis"),
    "cli": ("click", "rich"),
    "preview": ("jinja2", "markupsafe"),
    "redis": ("redis",),
    "sandbox": _SANDBOX,
    "studio": ("jinja2", "markupsafe", *_SANDBOX, "yaml"),
    "testing": ("hypothesis", "pytest", *_SANDBOX),
    "yaml": ("yaml",),
}
"""What each extra brings, under the names that are imported."""

_NEEDED_BY = {
    "async": "AsyncClient",
    "celery": "msgkit.celery",
    "cli": "the msgkit command",
    "preview": "HTML",
    "redis": "what is kept in Redis",
    "sandbox": "the sandbox",
    "studio": "the studio",
    "testing": "msgkit.testing.strategies",
    "yaml": "YAML",
}
"""What does not work without each extra."""


class MissingExtraError(ModuleNotFoundError):
    """A module is missing that an extra brings; its text says which one, and how to get it."""


@contextmanager
def need(extra: str) -> Iterator[None]:
    """Import what an extra brings inside this, so that whoever does not have it is told how to get it.

    >>> with need("yaml"):
    ...     raise ModuleNotFoundError("No module named 'yaml'", name="yaml")
    Traceback (most recent call last):
    msgkit._extras.MissingExtraError: no module yaml; YAML needs an extra: install msgkit-wechatpay[yaml] \
(from a checkout: pip install '.[yaml]')

    Args:
        extra: The extra's name.

    Raises:
        MissingExtraError: A module that the extra brings is not there; any other is none of its business.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in BRINGS[extra]:
            raise
        said = f"no module {error.name}; {_NEEDED_BY[extra]} needs {hint(extra)}"
        raise MissingExtraError(said, name=error.name, path=error.path) from error


def hint(extra: str) -> str:
    """Return how to get what is missing, to be put after “needs”; it holds for a checkout and for an index alike.

    >>> hint("yaml")
    "an extra: install msgkit-wechatpay[yaml] (from a checkout: pip install '.[yaml]')"

    Args:
        extra: The extra's name.
    """
    return f"an extra: install {DISTRIBUTION}[{extra}] (from a checkout: pip install '.[{extra}]')"
