"""How Hypothesis searches: `ci` the same few examples each time, `thorough` many new ones.

``HYPOTHESIS_PROFILE=thorough pytest`` looks for what nobody has thought of yet.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

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
