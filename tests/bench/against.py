"""The service against its peers: ``python -m tests.bench.against``. "reuse" is the service with decoders that stay.

Every round asks each service in its turn, so that a change in the machine's speed hits all of them.
"""

import statistics
import sys
from contextlib import ExitStack

from tests.bench import samples
from tests.bench.limit import limit
from tests.bench.measure import Cost, measure, median, peak_memory
from tests.bench.peers import Peer, Task, installed, remote

ROUNDS, CLIENTS = 5, 2

TASKS = {
    "fit 1024, 8 MP JPEG": (Task("/images/fit/1024", samples.photo_8mp(), 2448), 24),
    "fit 640, 6 MP JPEG": (Task("/images/fit/640", samples.photo_6mp(), 2225), 30),
    "fit 1024, 2048x1536 RGBA PNG": (Task("/images/fit/1024", samples.photo_rgba(), 1536), 24),
    "six avatars, 8 MP JPEG": (Task("/images/rescale_avatar", samples.photo_8mp(), 2448), 16),
    "prepare_jpeg, 8 MP JPEG": (Task("/images/prepare_jpeg", samples.photo_8mp(), 2448), 24),
    "avatars, 200 px JPEG": (Task("/images/rescale_avatar", samples.photo_200(), 200), 100),
}
"""And how often each is done in a round."""

LOSSLESS = "prepare_jpeg, 8 MP JPEG"
"""Left out of the sum of bytes: our answer has the pixels of the upload, the peers' are new JPEGs at quality 80."""

HEAD = f"{'':14}{'CPU ms':>8}{'ratio':>7}{'limit':>7}{'a second':>10}{'p50 ms':>8}{'p99 ms':>8}{'bytes':>9}{'MB':>6}"


def main() -> None:
    names = sys.argv[1:]
    with ExitStack() as stack:
        peers = [stack.enter_context(remote()), stack.enter_context(remote("reuse", REMOTE_SANDBOX_REUSE="1000000"))]
        peers += [stack.enter_context(start()) for name, start in installed().items() if not names or name in names]
        table = {title: compare(peers, *task) for title, task in TASKS.items()}
        print(HEAD)
        for title, (task, _) in TASKS.items():
            print_task(title, table[title], limit(task))
        print_means(table)


def compare(peers: list[Peer], task: Task, count: int) -> dict[str, tuple[Cost, float]]:
    """For each peer the median over the rounds, and the most memory it held."""
    rounds: dict[str, list[Cost]] = {peer.name: [] for peer in peers}
    for peer in peers:
        measure(peer, task, CLIENTS, CLIENTS)
    for number in range(ROUNDS):
        for peer in peers if number % 2 else reversed(peers):
            rounds[peer.name].append(measure(peer, task, count, CLIENTS))
    return {peer.name: (median(rounds[peer.name]), peak_memory(peer, task, count, CLIENTS)) for peer in peers}


def print_task(title: str, costs: dict[str, tuple[Cost, float]], limit: float) -> None:
    """One line a service; the ratio is against sharp, the limit's is how many times the least possible it takes."""
    print(f"{title} (limit {limit:.1f} ms)")
    base = costs["sharp"][0].cpu if "sharp" in costs else float("nan")
    for name, (cost, memory) in costs.items():
        print(
            f"  {name:12}{cost.cpu:8.1f}{cost.cpu / base:7.2f}{cost.cpu / limit:7.1f}{cost.rate:10.1f}"
            f"{cost.median:8.1f}{cost.p99:8.1f}{cost.size:9.0f}{memory:6.0f}"
        )


def print_means(table: dict[str, dict[str, tuple[Cost, float]]]) -> None:
    """Over all tasks: the geometric mean of the CPU ratios against sharp, and the sum of the lossy answers' bytes."""
    for name in next(iter(table.values())):
        size = sum(costs[name][0].size for title, costs in table.items() if title != LOSSLESS)
        if "sharp" in next(iter(table.values())):
            ratios = [costs[name][0].cpu / costs["sharp"][0].cpu for costs in table.values()]
            mean = statistics.geometric_mean(ratios)
            print(f"{name:12} CPU against sharp {mean:.2f}, {size:.0f} bytes but for prepare_jpeg")
        else:
            print(f"{name:12} {size:.0f} bytes but for prepare_jpeg")


if __name__ == "__main__":
    main()
