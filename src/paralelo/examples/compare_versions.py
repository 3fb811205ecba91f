"""Time two versions of a function in rounds, and show how much the times vary."""

from random import shuffle
from statistics import median
from time import perf_counter

LINES = [str(number) for number in range(50_000)]


def before() -> list[int]:
    return [int(line) for line in LINES]


def after() -> list[int]:
    return list(map(int, LINES))


def main() -> None:
    versions = [before, after]
    expected, _ = before(), after()  # also the warm-up
    times: dict[str, list[float]] = {"before": [], "after": []}
    for _ in range(7):
        shuffle(versions)
        for version in versions:
            start = perf_counter()
            result = version()
            times[version.__name__].append(perf_counter() - start)
            assert result == expected, f"{version.__name__} returns something else"
            del result  # or the next version's time would include freeing it
    for name, runs in times.items():
        print(f"{name:6} min {min(runs):.4f} s, median {median(runs):.4f} s")
    ratios = [a / b for a, b in zip(times["before"], times["after"], strict=True)]
    low, middle, high = min(ratios), median(ratios), max(ratios)
    print(f"before ÷ after: {middle:.2f} ({low:.2f} to {high:.2f})")


if __name__ == "__main__":
    main()
