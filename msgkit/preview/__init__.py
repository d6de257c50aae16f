"""A message as a person sees it."""

from msgkit.preview.terminal import as_text

__all__ = ["as_text"]
