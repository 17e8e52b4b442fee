"""How often 95 % intervals hold the truth: `python -m bench.coverage [ROUNDS [SEED]]`.

A made-up population with known answers is sampled again and again, with unequal response,
in strata, in villages, with weights at the bound. Of honest intervals 94 to 96 of 100 hold
the population's value. With 3,000 rounds chance moves a figure by about ±0.8 points.
"""

import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wufei_public.surveys.rules.designs import Design, weigh
from wufei_public.surveys.rules.estimates import LEVEL, Figure, Measure, Options, estimate
from wufei_public.surveys.rules.intervals import beta_interval
from wufei_public.surveys.rules.sample import Codes, Kind, Margin, Question, Sample

ROUNDS, SEED = 3000, 20261128
VILLAGES, PER_VILLAGE = 1000, 60
LEVELS = {"town": 5, "sex": 2, "age": 4}
LEAN_TOWN, LEAN_AGE = (0.5, 0.2, 0.0, -0.2, -0.4), (-0.4, -0.1, 0.2, 0.5)
# Women and the old answer more often, as they do at the door.
ANSWERS_SEX, ANSWERS_AGE = (0.9, 0.6), (0.5, 0.65, 0.85, 1.0)
RARELY_SEX = (1.0, 0.4)
QUESTIONS = {"often": Kind.SHARE, "half": Kind.SHARE, "satisfied": Kind.SCALE}


@dataclass
class Person:
    codes: tuple[int, int, int]
    village: int
    answers: tuple[int, int, int]


@dataclass
class Seen:
    """What the rounds saw of one figure."""

    usual: int = 0
    beta: int = 0
    values: list[float] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)


def make_population(rng: random.Random) -> list[Person]:
    people = []
    for village in range(VILLAGES):
        town = village % LEVELS["town"]
        lean = rng.gauss(0, 0.3) + LEAN_TOWN[town]
        for _ in range(PER_VILLAGE):
            age = rng.choices(range(4), (3, 4, 4, 3))[0]
            sex = rng.randrange(2)
            tend = lean + LEAN_AGE[age] + 0.2 * (sex == 0)
            step = min(5, max(1, round(3.6 + tend + rng.gauss(0, 1))))
            often = int(tend + rng.gauss(0, 1) > -1.3)
            half = int(tend + rng.gauss(0, 1) > 0)
            people.append(Person((town, sex, age), village, (often, half, step)))
    return people


def margins_of(people: Sequence[Person]) -> list[Margin]:
    found = []
    for place, (name, levels) in enumerate(LEVELS.items()):
        counts = [0.0] * levels
        for person in people:
            counts[person.codes[place]] += 1
        found.append(Margin(name, tuple(map(str, range(levels))), tuple(counts)))
    return found


def sample_of(
    people: Sequence[Person],
    strata: Sequence[int] | None = None,
    sizes: Sequence[float] | None = None,
    base: Sequence[float] | None = None,
    *,
    clustered: bool = False,
) -> Sample:
    n = len(people)
    groups = {
        name: Codes(tuple(map(str, range(levels))), [person.codes[place] for person in people])
        for place, (name, levels) in enumerate(LEVELS.items())
    }
    questions = [
        Question(name, kind, bytes(person.answers[place] for person in people))
        for place, (name, kind) in enumerate(QUESTIONS.items())
    ]
    labels = (
        Codes(tuple(map(str, sorted(set(strata)))), strata) if strata else Codes(("",), [0] * n)
    )
    clusters = [person.village for person in people] if clustered else None
    return Sample(n, groups, labels, clusters, base or [1.0] * n, sizes, questions)


Draw = Callable[[random.Random], Sample]


def answering(
    people: Sequence[Person], rng: random.Random, by_sex: Sequence[float] = ANSWERS_SEX
) -> list[Person]:
    return [
        person
        for person in people
        if rng.random() < by_sex[person.codes[1]] * ANSWERS_AGE[person.codes[2]]
    ]


def draws(people: Sequence[Person]) -> dict[str, tuple[Draw, float]]:
    towns: dict[int, list[Person]] = defaultdict(list)
    villages: dict[int, list[Person]] = defaultdict(list)
    for person in people:
        towns[person.codes[0]].append(person)
        villages[person.village].append(person)
    sizes = [float(len(towns[town])) for town in sorted(towns)]

    def simple(rng: random.Random) -> Sample:
        return sample_of(answering(rng.sample(people, 1300), rng))

    def uneven(rng: random.Random) -> Sample:
        return sample_of(answering(rng.sample(people, 1400), rng, RARELY_SEX))

    def by_town(rng: random.Random) -> Sample:
        drawn = [person for town in sorted(towns) for person in rng.sample(towns[town], 80)]
        towns_of = [person.codes[0] for person in drawn]
        return sample_of(drawn, towns_of, sizes, [sizes[town] for town in towns_of])

    def by_village(rng: random.Random) -> Sample:
        of_town = [range(town, VILLAGES, LEVELS["town"]) for town in range(LEVELS["town"])]
        chosen = [village for villages_of in of_town for village in rng.sample(villages_of, 8)]
        drawn = [person for village in chosen for person in rng.sample(villages[village], 20)]
        return sample_of(drawn, [person.codes[0] for person in drawn], clustered=True)

    return {
        "simple, unequal response": (simple, 5.0),
        "bound of 2.4 on the weights": (uneven, 2.4),
        "80 in each of 5 towns": (by_town, 5.0),
        "20 in each of 8 villages of 5 towns": (by_village, 5.0),
    }


def truths(people: Sequence[Person]) -> dict[tuple[str, Measure, str], float]:
    found = {}
    for where in ("all", "sex 1", "town 3"):
        chosen = [p for p in people if belongs(p, where)]
        for place, (name, kind) in enumerate(QUESTIONS.items()):
            values = [p.answers[place] for p in chosen]
            if kind is Kind.SHARE:
                found[name, Measure.SHARE, where] = statistics.fmean(values)
            else:
                found[name, Measure.MEAN, where] = statistics.fmean(values)
                found[name, Measure.TOP_TWO, where] = statistics.fmean(v >= 4 for v in values)
    return found


def belongs(person: Person, where: str) -> bool:
    name, _, level = where.partition(" ")
    return where == "all" or person.codes[list(LEVELS).index(name)] == int(level)


def figures(design: Design, sample: Sample) -> dict[tuple[str, Measure, str], Figure]:
    found = {}
    options = Options(floor=0, by=("sex", "town"))
    for result in estimate(design, sample.questions, options):
        by = {"all": result.all, "sex 1": result.by["sex"]["1"], "town 3": result.by["town"]["3"]}
        found |= {(result.column, result.measure, where): figure for where, figure in by.items()}
    return found


def count(seen: Seen, figure: Figure, measure: Measure, truth: float) -> None:
    found = figure.estimate
    assert found is not None
    assert found.interval is not None
    assert found.error
    seen.values.append(found.value)
    seen.errors.append(found.error)
    seen.usual += found.interval[0] <= truth <= found.interval[1]
    if measure is not Measure.MEAN:
        effective = found.value * (1 - found.value) / found.error**2
        low, high = beta_interval(found.value, effective, figure.n or 0, found.df, LEVEL)
        seen.beta += low <= truth <= high


def run(
    name: str, draw: Draw, bound: float, people: Sequence[Person], rounds: int, seed: int
) -> None:
    rng = random.Random(f"{seed} {name}")
    known, wanted = margins_of(people), truths(people)
    seen: dict[tuple[str, Measure, str], Seen] = defaultdict(Seen)
    sizes, trimmed = [], []
    for _ in range(rounds):
        sample = draw(rng)
        design = weigh(sample, known, bound)
        sizes.append(sample.size)
        trimmed.append(design.weights.trimmed)
        for key, figure in figures(design, sample).items():
            count(seen[key], figure, key[1], wanted[key])
    at_bound = statistics.fmean(trimmed)
    print(f"\n{name}: n about {statistics.fmean(sizes):.0f}, at the bound {at_bound:.0f}")
    for (column, measure, where), row in sorted(seen.items(), key=lambda item: item[0][2]):
        truth = wanted[column, measure, where]
        ratio = statistics.fmean(row.errors) / statistics.stdev(row.values)
        bias = (statistics.fmean(row.values) - truth) / statistics.stdev(row.values)
        beta = "" if measure is Measure.MEAN else f"  beta {100 * row.beta / rounds:5.1f} %"
        print(
            f"  {column:10} {measure:8} {where:7} truth {truth:6.3f}  covered "
            f"{100 * row.usual / rounds:5.1f} %  error/spread {ratio:5.3f}  "
            f"bias/spread {bias:+.3f}{beta}"
        )


def main(words: Sequence[str]) -> int:
    rounds = int(words[0]) if words else ROUNDS
    seed = int(words[1]) if len(words) > 1 else SEED
    people = make_population(random.Random(seed))
    print(f"{rounds} rounds, seed {seed}, {len(people)} persons in {VILLAGES} villages")
    began = time.perf_counter()
    for name, (draw, bound) in draws(people).items():
        run(name, draw, bound, people, rounds, seed)
    print(f"\n{time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
