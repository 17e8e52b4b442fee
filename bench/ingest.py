"""Prints, as JSON, CPU milliseconds of ingesting a photo and of one full decode, in turn.

`ingest.py PHOTO ROUNDS`. One process, so that both see the same machine.
"""

import json
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image

from wufei_public.media.gateway import develop


def decode(data: bytes) -> None:
    """Decode every pixel, as the least that anything done with the whole picture costs."""
    with Image.open(BytesIO(data)) as picture:
        picture.load()


def cost(do: Callable[[bytes], object], data: bytes) -> float:
    began = time.process_time()
    do(data)
    return (time.process_time() - began) * 1e3


def main() -> int:
    data = Path(sys.argv[1]).read_bytes()
    decodes, ingests = [], []
    for number in range(int(sys.argv[2]) + 1):
        one, other = cost(decode, data), cost(develop, data)
        if number:  # the first loads libraries
            decodes.append(one)
            ingests.append(other)
    print(json.dumps({"decode": decodes, "ingest": ingests}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
