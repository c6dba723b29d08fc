"""What the wall costs: ``python -m tests.bench.wall``

Each way of serving takes its turn several times, so that a change in the machine's speed hits all of them.
"""

from contextlib import ExitStack

from tests.bench import samples
from tests.bench.measure import Cost, measure, median
from tests.bench.peers import Peer, Task, remote

ROUNDS = 5
WAYS = {
    "without": {"application": "tests.bench.unwalled:create_app()"},
    "reuse": {"REMOTE_SANDBOX_REUSE": "1000000"},
    "wall": {},
}
TASKS = {
    "avatars, 9 KB JPEG": (Task("/images/rescale_avatar", samples.photo_small(), 180), 60),
    "fit 320, 9 KB JPEG": (Task("/images/fit/320", samples.photo_small(), 180), 60),
    "fit 1024, 2.6 MB JPEG": (Task("/images/fit/1024", samples.photo_8mp(), 2448), 12),
    "prepare_jpeg, 2.6 MB JPEG": (Task("/images/prepare_jpeg", samples.photo_8mp(), 2448), 12),
}
"""And how often each is done in a round."""


def main() -> None:
    with ExitStack() as stack:
        peers = [stack.enter_context(remote(name, WEB_CONCURRENCY="1", **way)) for name, way in WAYS.items()]
        print(f"{'':28}{'':>10}{'ms':>8}{'CPU ms':>8}{'faults':>8}   against without")
        for title, (task, count) in TASKS.items():
            costs = compare(peers, task, count)
            for name, cost in costs.items():
                more = f"{cost.median - costs['without'].median:+.1f} ms, {cost.cpu - costs['without'].cpu:+.1f} ms CPU"
                print(f"{title:28}{name:>10}{cost.median:8.1f}{cost.cpu:8.1f}{cost.faults:8.0f}   {more}")


def compare(peers: list[Peer], task: Task, count: int) -> dict[str, Cost]:
    """The median over the rounds for each way of serving, one request at a time."""
    rounds: dict[str, list[Cost]] = {peer.name: [] for peer in peers}
    for peer in peers:
        measure(peer, task, 3, clients=1)
    for _ in range(ROUNDS):
        for peer in peers:
            rounds[peer.name].append(measure(peer, task, count, clients=1))
    return {name: median(costs) for name, costs in rounds.items()}


if __name__ == "__main__":
    main()
