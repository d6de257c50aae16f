"""What the studio says, in English and Chinese, by the name of what says it: ``PLACE.NAME``."""

from msgkit._language import Words
from msgkit.studio.words import calls, composer, conversation, gallery, shell

_PLACES = {"calls": calls, "composer": composer, "conversation": conversation, "gallery": gallery, "shell": shell}

WORDS: dict[str, Words] = {
    f"{place}.{name}": words for place, module in _PLACES.items() for name, words in module.WORDS.items()
}
