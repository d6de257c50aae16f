"""The inbox that somebody means."""

from __future__ import annotations

import os
import sqlite3

from msgkit.errors import ConfigurationError
from msgkit.routing._inbox import Inbox
from msgkit.routing._sqlite import IN_MEMORY, SQLiteInbox

_OF_REDIS = ("redis://", "rediss://", "unix://")
_METHODS = tuple(name for name in vars(Inbox) if not name.startswith("_"))


def open_inbox(inbox: str | os.PathLike[str] | Inbox | None = None) -> Inbox:
    """Return the inbox that is meant.

    Args:
        inbox: A path is that of an SQLite file, a URL (``redis://``, ``rediss://`` or ``unix://``) that of Redis; an
            object that has the methods of `Inbox` is one; None is one in memory, for this process alone.

    Raises:
        ConfigurationError: It is none of these, or cannot be one: what it says of the file or the URL.
        MissingExtraError: It is in Redis, and the extra ``msgkit-wechatpay[redis]`` is not installed.
    """
    match inbox:
        case None:
            return SQLiteInbox(IN_MEMORY)
        case str() if inbox.startswith(_OF_REDIS):
            from msgkit.routing._redis import RedisInbox  # noqa: PLC0415 - it is an extra

            return RedisInbox(inbox)
        case str() if not inbox or "://" in inbox:  # which may hold a password
            raise ConfigurationError("inbox: should be a path, or a URL with redis://, rediss:// or unix://")
        case str() | os.PathLike():
            return _in_file(inbox)
    missing = [name for name in _METHODS if not callable(getattr(inbox, name, None))]
    if missing:
        said = f"inbox: should be a path, a URL of Redis, or an Inbox; {type(inbox).__name__} has no {missing[0]}()"
        raise ConfigurationError(said)
    return inbox


def _in_file(path: str | os.PathLike[str]) -> Inbox:
    try:
        return SQLiteInbox(path)
    except (OSError, sqlite3.OperationalError) as error:  # a folder, one that is not to be written to, a full disk
        raise ConfigurationError(f"inbox: {os.fspath(path)} cannot be opened: {error}") from error
