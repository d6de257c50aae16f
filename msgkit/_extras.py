"""What to say where an extra is missing, in one place.

The distribution is ``msgkit-wechatpay``: the name ``msgkit`` on the package index belongs to another project.
"""

DISTRIBUTION = "msgkit-wechatpay"
"""What pip calls this package; the import and the command are ``msgkit``."""


def hint(extra: str) -> str:
    """Return how to get what is missing, to be put after “needs”; it holds for a checkout and for an index alike.

    >>> hint("yaml")
    "an extra: install msgkit-wechatpay[yaml] (from a checkout: pip install '.[yaml]')"

    Args:
        extra: The extra's name, or several with commas.
    """
    return f"an extra: install {DISTRIBUTION}[{extra}] (from a checkout: pip install '.[{extra}]')"
