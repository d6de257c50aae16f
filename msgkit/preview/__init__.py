"""A message as a person sees it: as lines of text, and as HTML as WeChat shows it."""

from msgkit.preview.html import as_fragment, as_page, style
from msgkit.preview.look import Look
from msgkit.preview.terminal import as_text

__all__ = ["Look", "as_fragment", "as_page", "as_text", "style"]
