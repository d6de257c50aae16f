"""A client of Redis, as everything that is kept there opens one."""

from __future__ import annotations

from urllib.parse import quote, unquote

from msgkit._extras import need
from msgkit.errors import ConfigurationError

with need("redis"):
    from redis import ConnectionError as LostConnectionError, Redis, RedisError as RedisError  # noqa: PLC0414 - for others, too
    from redis.backoff import NoBackoff
    from redis.retry import Retry


def opened(url: str, argument: str, patience: float, *, idle: float = 0.0) -> Redis:
    """Return a client, which does not connect yet; its answers are bytes, whatever the URL says.

    A step that is tried again does no harm, so a lost connection is opened once more; whoever waited in vain for an
    answer has waited long enough.

    Args:
        url: Where Redis is, as redis-py reads it.
        argument: What the URL was given as, for an error.
        patience: Seconds to connect, and again for an answer, where the URL does not say others.
        idle: Seconds after which a connection is tried before it is used; 0 for never.

    Raises:
        ConfigurationError: The URL is none of Redis; its text does not have the password.
    """
    retry = Retry(NoBackoff(), 1, (LostConnectionError,))
    try:
        client = Redis.from_url(
            url, socket_timeout=patience, socket_connect_timeout=patience, health_check_interval=idle, retry=retry
        )
        pool = client.connection_pool
        pool.connection_kwargs["decode_responses"] = False
        pool.connection_class(**pool.connection_kwargs)  # which does not connect
    except (AttributeError, TypeError, ValueError):  # their texts may have the password
        said = f"{argument}: should be a URL of Redis, as redis-py reads it: redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]"
        raise ConfigurationError(said) from None
    return client


def joined(*ids: str) -> str:
    """Return ids as a part of a key, none of which is taken for two."""
    return ":".join(quote(each, safe="") for each in ids)


def parted(name: bytes) -> list[str]:
    """Return the ids that `joined` made a part of a key of."""
    return [unquote(each) for each in name.decode().split(":")]


def place_of(client: Redis) -> str:
    """Return where a client goes, without the password."""
    options = client.connection_pool.connection_kwargs
    place = options.get("path") or f"{options.get('host', 'localhost')}:{options.get('port', 6379)}"
    return f"{place} database {options.get('db') or 0}"
