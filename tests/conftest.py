"""One sandbox for all tests, as new for each, one Redis for those that ask for it; and how Hypothesis searches.

`ci` tries the same few examples each time, `thorough` many new ones.
``HYPOTHESIS_PROFILE=thorough pytest`` looks for what nobody has thought of yet.
"""

import itertools
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from msgkit.sandbox import Sandbox
from tests.redis_server import serving

_LONGEST_ID = 80  # characters
_FIRST_OWN, _OWN = 4, 12  # databases of a Redis that tests take in turn

_numbers = itertools.count()

settings.register_profile(
    "ci",
    max_examples=30,
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    max_examples=3000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of the tests that take their time."""
    config.addinivalue_line("markers", "slow: thousands of examples; leave out with -m 'not slow'")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Call a long text by its argument's name: it may hold a time or a signature, and be another in each process."""
    return argname if isinstance(val, (bytes, str)) and len(val) > _LONGEST_ID else None


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    """A sandbox that runs as long as the tests do."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    """The running sandbox with its two initial complaints and nothing else."""
    running.reset()
    return running


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis that runs as long as the tests do."""
    with serving(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def url(redis_url: str) -> str:
    """The URL of an empty database in that Redis."""
    found = f"{redis_url.removesuffix('/0')}/{_FIRST_OWN + next(_numbers) % _OWN}"
    with Redis.from_url(found) as redis:
        redis.flushdb()
    return found
