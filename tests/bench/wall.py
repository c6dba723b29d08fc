"""What the wall costs: ``python -m tests.bench.wall``

Each way of serving takes its turn several times, so that a change in the machine's speed hits all of them.
"""

import statistics
from contextlib import ExitStack

from tests.bench.measure import Cost, measure
from tests.bench.samples import photo_8mp, photo_small
from tests.conftest import Service, serving

ROUNDS = 5
WAYS = {
    "without": {"application": "tests.bench.unwalled:create_app()"},
    "reuse": {"REMOTE_SANDBOX_REUSE": "1000000"},
    "wall": {},
}
TASKS = {
    "avatars, 9 KB JPEG": ("/images/rescale_avatar", photo_small, 60),
    "fit 320, 9 KB JPEG": ("/images/fit/320", photo_small, 60),
    "fit 1024, 2.6 MB JPEG": ("/images/fit/1024", photo_8mp, 12),
    "prepare_jpeg, 2.6 MB JPEG": ("/images/prepare_jpeg", photo_8mp, 12),
}


def main() -> None:
    with ExitStack() as stack:
        services = {name: stack.enter_context(serving(WEB_CONCURRENCY="1", **way)) for name, way in WAYS.items()}
        print(f"{'':28}{'':>10}{'ms':>8}{'CPU ms':>8}{'faults':>8}   against without")
        for task, (path, make, count) in TASKS.items():
            costs = compare(services, path, make(), count)
            for name, cost in costs.items():
                more = f"{cost.median - costs['without'].median:+.1f} ms, {cost.cpu - costs['without'].cpu:+.1f} ms CPU"
                print(f"{task:28}{name:>10}{cost.median:8.1f}{cost.cpu:8.1f}{cost.faults:8.0f}   {more}")


def compare(services: dict[str, Service], path: str, upload: bytes, count: int) -> dict[str, Cost]:
    """The median over the rounds for each way of serving."""
    rounds: dict[str, list[Cost]] = {name: [] for name in services}
    for service in services.values():
        measure(service, path, upload, 3)
    for _ in range(ROUNDS):
        for name, service in services.items():
            rounds[name].append(measure(service, path, upload, count))
    return {name: median(costs) for name, costs in rounds.items()}


def median(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.median for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.faults for cost in costs),
    )


if __name__ == "__main__":
    main()
