"""Pictures of a conversation, as a page may show them: it loads nothing from the sandbox's address."""

from __future__ import annotations

from msgkit.preview import Look
from msgkit.studio.site import Site


def picture_of(site: Site, address: str) -> str | None:
    """Return a picture of the sandbox's as a data URI.

    Args:
        site: The studio.
        address: Its address, as an ``image_list`` has it.

    Returns:
        The URI; None where the sandbox has no such picture, or it is none that a browser shows.
    """
    # Asked for over HTTP, it would be in the log of calls.
    content = site.sandbox.picture_at(address)
    return None if content is None else Look(images=lambda _: content).source("")
