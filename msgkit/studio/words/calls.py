"""What the log of calls says."""

from msgkit._language import Words

WORDS: dict[str, Words] = {}
