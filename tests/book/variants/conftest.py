"""A supplier's server for the variants, which counts the requests that it sees."""

import pytest

from paralelo import SlowServer


@pytest.fixture(scope="session")
def supplier():
    with SlowServer(latency=0.05) as server:
        yield server


@pytest.fixture
def server(supplier):
    supplier.reset()
    return supplier


@pytest.fixture
def urls(server):
    return server.product_urls(10)
