"""``python -m tests.fuzz.corpus FOLDER``: what the fuzzers start from, a folder for each in that one."""

import sys
from pathlib import Path

from tests.fuzz.bases import few

LARGEST = 8192
"""Bytes: libFuzzer is slow with larger ones."""


def main(folder: Path) -> None:
    for target in ("sniffing", "segments", "channel"):
        (folder / target).mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(data for data in few().values() if len(data) <= LARGEST):
        (folder / "sniffing" / str(number)).write_bytes(data)
        if data.startswith(b"\xff\xd8"):
            (folder / "segments" / str(number)).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
