"""How long estimates of a large survey take: `python -m bench.estimates [ROWS [QUESTIONS]]`.

The bar: 100,000 responses × 40 questions, raking and all tables in at most 3 s and 500 MB
on 2 cores. Each design runs in a process of its own, so that its peak of memory is its own.
Times are CPU seconds of that process; reading the file is told beside, the bar leaves it out.
"""

import multiprocessing
import random
import resource
import sys
import time
from collections.abc import Sequence
from itertools import pairwise

from wufei_public.surveys.rules.designs import weigh
from wufei_public.surveys.rules.estimates import Options, estimate
from wufei_public.surveys.rules.margins import read_margins
from wufei_public.surveys.rules.responses import Reading, read_responses

ROWS, QUESTIONS, SEED = 100_000, 40, 20261128
TOWNS, SEXES, AGES, VILLAGES = 13, 2, 6, 240
LIMIT_SECONDS, LIMIT_MB = 3.0, 500.0
DESIGNS = {
    "persons": (),
    "240 villages in 13 strata": ("_stratum", "_psu"),
    "weights of 3 decimals": ("_weight",),
}


def margins_file() -> bytes:
    lines = ["variable,level,population"]
    for name, levels in (("town", TOWNS), ("sex", SEXES), ("age", AGES)):
        lines += [f"{name},{level},{780_000 // levels}" for level in range(levels)]
    return "\n".join(lines).encode()


def responses_file(rows: int, questions: int, columns: Sequence[str]) -> bytes:
    rng = random.Random(SEED)
    scale, share = ["1", "2", "3", "4", "4", "5", "5", ""], ["0", "1", "1", "1", ""]
    kinds = [scale if number % 2 else share for number in range(questions)]
    head = ["id", "town", "sex", "age", *columns, *(f"q{n}" for n in range(questions))]
    lines = [",".join(head)]
    for number in range(rows):
        village = rng.randrange(VILLAGES)
        town = village % TOWNS
        place = {"_stratum": town, "_psu": village, "_weight": f"{rng.uniform(0.5, 2):.3f}"}
        start = [number, town, rng.randrange(SEXES), rng.randrange(AGES)]
        answers = [rng.choice(kind) for kind in kinds]
        lines.append(",".join(map(str, [*start, *(place[name] for name in columns), *answers])))
    return "\n".join(lines).encode()


def run(name: str, rows: int, questions: int) -> None:
    data = responses_file(rows, questions, DESIGNS[name])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    known = read_margins(margins_file())
    steps = [time.process_time()]
    sample = read_responses(data, known, Reading(by=("town", "sex", "age")))
    steps.append(time.process_time())
    design = weigh(sample, known)
    steps.append(time.process_time())
    results = estimate(design, sample.questions, Options(by=("town", "sex", "age")))
    steps.append(time.process_time())
    reading, raking, tables = (later - one for one, later in pairwise(steps))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = sum(1 + sum(map(len, result.by.values())) for result in results)
    held = raking + tables <= LIMIT_SECONDS and memory <= LIMIT_MB
    print(
        f"{name:26} {rows:6} rows  reading {reading:5.2f} s   raking {raking:5.2f} s   "
        f"{figures} figures {tables:5.2f} s   together {raking + tables:5.2f} s   "
        f"{memory:4.0f} MB ({before:.0f} with the file alone)   "
        f"{len(design.cells.counts)} cells   {'holds' if held else 'MISSED'}"
    )


def main(words: Sequence[str]) -> int:
    rows = int(words[0]) if words else ROWS
    questions = int(words[1]) if len(words) > 1 else QUESTIONS
    print(f"{rows} rows, {questions} questions, seed {SEED}; CPU seconds")
    for name in DESIGNS:
        process = multiprocessing.get_context("spawn").Process(
            target=run, args=(name, rows, questions)
        )
        process.start()
        process.join()
        if process.exitcode:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
