"""A page on one's own machine: a gallery of templates, a composer, and conversations on a sandbox."""

from msgkit._extras import need

with need("studio"):
    from msgkit.studio.server import Studio

__all__ = ["Studio"]
