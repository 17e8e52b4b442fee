"""Photos: what the resident waits for, the whole ingest, a worker's growth, the others' p95."""

import json
import shutil
import threading
import time
from pathlib import Path

from bench import people, servers
from bench.load import Load, Result
from bench.picture import photo_bytes
from bench.plan import PROXY, Plan
from bench.processes import memory_mib, peak_mib, reset_peak, resident_mib
from bench.rounds import Spread, Target, Verdict, compare
from bench.servers import Server

UPLOAD = "/api/v1/dumping/photos"
AT_ONCE = 2
IN_A_ROUND = 30


def measure(plan: Plan) -> list[Verdict]:
    photo = photo_bytes()
    print(f"\nphoto: 4032 × 3024, {len(photo) / 1e6:.1f} MB")
    return [
        _waited_for(plan, photo),
        _ingest(plan, photo),
        *_beside(plan, photo),
    ]


def _waited_for(plan: Plan, photo: bytes) -> Verdict:
    folder, other = plan.place("photos"), plan.place("photos-floor")
    servers.run(["bench.seed", "0"], folder, PROXY)
    kept = {"BENCH_PHOTOS": str(other / "kept")} | PROXY
    with servers.product(folder, PROXY) as own, servers.floor(other, kept) as floor:
        targets = [
            Target(
                "floor: keep the bytes",
                floor.port,
                people.upload("/photo", photo),
                [floor.pid],
                connections=AT_ONCE,
                most=IN_A_ROUND,
                after=lambda: _empty(other / "kept"),
            ),
            Target(
                "upload of a photo",
                own.port,
                people.upload(UPLOAD, photo),
                [own.pid],
                "floor: keep the bytes",
                1.3,
                connections=AT_ONCE,
                most=IN_A_ROUND,
                after=lambda: _empty(folder / "photos"),
            ),
        ]
        table = compare(targets, plan.rounds, 10)
    table.show("photos: what the resident waits for")
    return table.verdicts("photos")[0]


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _ingest(plan: Plan, photo: bytes) -> Verdict:
    file = plan.place("photos") / "photo.jpg"
    file.write_bytes(photo)
    rounds = 5 if plan.quick else 21
    found = json.loads(servers.run(["bench.ingest", str(file), str(rounds)], file.parent, {}))
    ratio = Spread.of([i / d for i, d in zip(found["ingest"], found["decode"], strict=True)])
    print("\nphotos: the whole ingest (CPU ms)")
    print(f"  one full decode     {Spread.of(found['decode']):.1f}")
    print(f"  ingest              {Spread.of(found['ingest']):.1f}")
    return Verdict(
        "photos: whole ingest × full decode",
        ratio.middle,
        1.2,
        f"{ratio.least:.2f}…{ratio.most:.2f}",
    )


# ---- the jobs process at work ---------------------------------------------------


def _beside(plan: Plan, photo: bytes) -> list[Verdict]:
    folder = plan.place("photos-jobs")
    servers.run(["bench.seed", "100"], folder, PROXY)
    with servers.product(folder, PROXY, "jobs") as own:
        grown = _growth(own, folder, photo)
        calm, busy = [], []
        for _ in range(2 if plan.quick else 5):
            calm.append(_others(own, 3 if plan.quick else 8).quantile(0.95))
            busy.append(_others_while(own, photo, 3 if plan.quick else 8))
            _drained(folder)
    print("\nphotos: p95 of 8 others who read (ms)")
    print(f"  calm                {Spread.of(calm):.2f}")
    print(f"  while ingesting     {Spread.of(busy):.2f}")
    ratio = Spread.of(busy).middle / Spread.of(calm).middle
    return [grown, Verdict("photos: p95 of others while ingesting × calm", ratio, 2.0)]


def _growth(own: Server, folder: Path, photo: bytes) -> Verdict:
    """Let the jobs process develop a small photo, then a large one; see what the large one adds."""
    jobs = own.child("jobs")
    idle = memory_mib([jobs])
    _send(own, photo_bytes((640, 480)))
    _drained(folder)
    before = resident_mib(jobs)
    reset_peak(jobs)
    _send(own, photo)
    _drained(folder)
    peak, after = peak_mib(jobs), resident_mib(jobs)
    print("\nphotos: the jobs process (MiB)")
    print(f"  idle {idle:.0f} (shared pages divided), with the libraries of pictures {before:.0f}")
    print(f"  at most {peak:.0f} while ingesting 12 megapixels, {after:.0f} after it")
    return Verdict("photos: growth of a worker at 12 megapixels, MiB", peak - before, 40)


def _send(own: Server, photo: bytes) -> None:
    load = Load(own.port, people.upload(UPLOAD, photo), 1, most=1)
    result = load.run(30)
    load.close()
    assert not result.bad, result.status


def _drained(folder: Path) -> None:
    """Wait until the quarantine is empty."""
    until = time.monotonic() + 120
    while any((folder / "photos" / "quarantine").glob("*/*")):
        assert time.monotonic() < until, "photos stay in the quarantine"
        time.sleep(0.1)


def _others(own: Server, seconds: float) -> Result:
    load = Load(own.port, people.get("/api/v1/dumping/reports"), 8, pause=0.05)
    try:
        return load.run(seconds)
    finally:
        load.close()


def _others_while(own: Server, photo: bytes, seconds: float) -> float:
    uploads = Load(own.port, people.upload(UPLOAD, photo), 2, pause=0.5)
    sender = threading.Thread(target=lambda: uploads.run(seconds + 1))
    sender.start()
    time.sleep(1)
    try:
        return _others(own, seconds).quantile(0.95)
    finally:
        sender.join()
        uploads.close()
