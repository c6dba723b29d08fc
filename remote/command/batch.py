"""Many files, as many at once as there are cores, told and written in their order."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from remote.command.progress import Progress
from remote.command.subcommand import DONE, FAILED
from remote.cores import cores
from remote.errors import RemoteError
from remote.jobs import Result

AHEAD = 2
"""Times the number of cores: how many files are begun before the first of them is written. Results that wait for a
slow one take memory."""

Work = Callable[[str], Result]
Pending = tuple[str, "Future[Result]"]


def run_all(sources: Sequence[str], work: Work, deliver: Callable[[str, Result], None], progress: Progress) -> int:
    """Work on each, deliver the results, tell the failures; the exit status."""
    pool = ThreadPoolExecutor(cores())
    failed = 0
    progress.show(0)
    try:
        for done, (source, future) in enumerate(in_order(pool, work, sources), 1):
            try:
                deliver(source, future.result())
            except RemoteError as error:
                failed += 1
                progress.tell(source, f"{error.code}: {error.message}")
            progress.show(done)
        progress.end()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return FAILED if failed else DONE


def in_order(pool: ThreadPoolExecutor, work: Work, sources: Sequence[str]) -> Iterator[Pending]:
    pending: deque[Pending] = deque()
    for source in sources:
        pending.append((source, pool.submit(work, source)))
        if len(pending) > AHEAD * cores():
            yield pending.popleft()
    yield from pending
