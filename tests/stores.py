"""A real S3 server on loopback for the tests of what is kept in a store."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import boto3
from moto.server import ThreadedMotoServer


@contextmanager
def s3_server() -> Iterator[str]:
    """Give the address of an S3 server with one bucket, `photos`."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id="id",
        aws_secret_access_key="secret",
        region_name="cn-north-1",
    )
    # All servers of a process share their buckets.
    with suppress(client.exceptions.BucketAlreadyOwnedByYou):
        client.create_bucket(
            Bucket="photos", CreateBucketConfiguration={"LocationConstraint": "cn-north-1"}
        )
    client.close()
    try:
        yield address
    finally:
        server.stop()


def s3_url(endpoint: str, bucket: str = "photos", folder: str = "district") -> str:
    return (
        f"s3://{bucket}/{folder}?endpoint={endpoint}&region=cn-north-1"
        "&access_key_id=id&secret_access_key=secret"
    )
