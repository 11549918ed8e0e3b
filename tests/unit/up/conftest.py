"""An account on loopback, and what drives the providers in front of it."""

from collections.abc import Iterator

import pytest

from tests.up.cloud.cloud import Cloud
from tests.up.cloud.driver import Driver, provider

NUMBER = "111122223333"


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud(NUMBER) as served:
        yield served


@pytest.fixture
def aws(cloud: Cloud) -> Iterator[Driver]:
    """One provider, in Frankfurt."""
    with Driver(cloud) as driver:
        driver.configure("aws", provider(NUMBER, owner="platform"))
        yield driver
