"""How the cost of ``fit 1024`` grows with the photo: ``python -m tests.bench.growth [FILE.svg]``"""

import sys
from contextlib import ExitStack
from pathlib import Path

from tests.bench.measure import measure, median
from tests.bench.peers import Peer, Task, installed, remote
from tests.bench.plot import plot
from tests.bench.samples import photo_of

MEGAPIXELS = (1, 2, 4, 8, 12, 24, 48)
ROUNDS, CLIENTS = 3, 2
PIXELS_A_ROUND = 100
"""Million, shared out among the requests of a round."""


def main() -> None:
    with ExitStack() as stack:
        peers = [stack.enter_context(remote()), *(stack.enter_context(start()) for start in installed().values())]
        costs: dict[str, list[float]] = {peer.name: [] for peer in peers}
        print(f"{'CPU ms':>10}" + "".join(f"{peer.name:>10}" for peer in peers))
        for size in MEGAPIXELS:
            for name, cost in measured(peers, size).items():
                costs[name].append(cost)
            print(f"{size:>7} MP" + "".join(f"{costs[peer.name][-1]:10.1f}" for peer in peers))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(plot("CPU ms to fit a JPEG in 1024 x 1024", "megapixels", MEGAPIXELS, costs))


def measured(peers: list[Peer], megapixels: int) -> dict[str, float]:
    """CPU ms a request for each peer, in turns."""
    task = Task("/images/fit/1024", photo_of(megapixels), 1024)
    count = max(4, PIXELS_A_ROUND // megapixels // CLIENTS * CLIENTS)
    rounds = [{peer.name: measure(peer, task, count, CLIENTS) for peer in peers} for _ in range(ROUNDS + 1)][1:]
    return {peer.name: median(costs[peer.name] for costs in rounds).cpu for peer in peers}


if __name__ == "__main__":
    main()
