"""Memory and time of developing 12 megapixels of each kind: `python -m bench.apart [KIND …]`.

PNG and WebP are decoded in a process of their own (media/gateway.py). Each kind is developed
in a fresh process, so that its peaks are its own: how the process that asks grows, and the
most that the process apart holds.
"""

import json
import resource
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from bench.picture import photo_bytes
from bench.processes import peak_mib, reset_peak, resident_mib
from wufei_public.media.gateway import develop

KINDS = ("JPEG", "PNG", "WEBP")
SMALL = (64, 48)


def encoded(kind: str, size: tuple[int, int] | None = None) -> bytes:
    photo = photo_bytes(size) if size else photo_bytes()
    if kind == "JPEG":
        return photo
    buffer = BytesIO()
    Image.open(BytesIO(photo)).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def measure(kind: str, small: Path, large: Path) -> None:
    """Develop a small photo and then the large one; print what the large one added."""
    develop(small.read_bytes())  # loads libraries
    own = int(Path("/proc/self/stat").read_text().split()[0])
    data = large.read_bytes()
    before = resident_mib(own)
    reset_peak(own)
    cpu = time.process_time() + _children()
    develop(data)
    print(
        json.dumps(
            {
                "kind": kind,
                "megabytes": round(len(data) / 1e6, 1),
                "grows MiB": round(peak_mib(own) - before, 1),
                "apart MiB": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
                "cpu ms": round((time.process_time() + _children() - cpu) * 1e3),
            }
        )
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(words: list[str]) -> int:
    if words[:1] == ["--in"]:
        measure(words[1], Path(words[2]), Path(words[3]))
        return 0
    with TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        for kind in words or KINDS:
            small.write_bytes(encoded(kind, SMALL))
            large.write_bytes(encoded(kind))
            files = [str(small), str(large)]
            command = [sys.executable, "-m", "bench.apart", "--in", kind, *files]
            subprocess.run(command, check=True, timeout=120)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
