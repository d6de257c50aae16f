"""Text from elsewhere, made fit to be shown."""

import unicodedata


def printable(text: str, *, keep: str = "") -> str:
    """Replace what could forge a line or steer a terminal; spaces of every width stay.

    Args:
        text: The text.
        keep: Characters that stay all the same.
    """
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or char in keep or unicodedata.category(char) == "Zs"
        else "\N{WHITE SQUARE}"  # which GBK has too
        for char in text
    )
