"""An S3 server, started where a test asks for it."""

from collections.abc import Iterator

import pytest

from tests.stores import s3_server


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Return the address of this worker's S3 server; each test takes a folder of its own."""
    with s3_server() as address:
        yield address
