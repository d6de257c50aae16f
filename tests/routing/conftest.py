"""What tests of inboxes share."""

from collections.abc import Iterator

import pytest

from tests.redis_server import serving

pytest.register_assert_rewrite("msgkit.testing.inbox")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a Redis that runs as long as the tests do."""
    with serving(tmp_path_factory.mktemp("redis")) as url:
        yield url
