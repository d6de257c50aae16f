"""A message as a person sees it: lines of text, HTML as WeChat shows it, and the Python that builds it."""

from msgkit.preview.code import as_code
from msgkit.preview.html import as_fragment, as_page, style
from msgkit.preview.look import Images, Look
from msgkit.preview.terminal import as_text

__all__ = ["Images", "Look", "as_code", "as_fragment", "as_page", "as_text", "style"]
