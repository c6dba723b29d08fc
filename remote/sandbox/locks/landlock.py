"""Landlock: nothing readable but the fonts, no TCP, no signals to outside.

Numbers from the kernel's include/uapi/linux/landlock.h; each ABI adds access rights to those before.
"""

import ctypes
import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from remote.sandbox.locks.libc import LINUX, syscall

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""System call numbers, the same on every architecture."""

VERSION_FLAG = 1
RULE_PATH_BENEATH = 1

FS_READ_FILE, FS_READ_DIR = 1 << 2, 1 << 3
FS_EXECUTE = 1 << 0
FS_OF_A_FILE = 0b111 | 1 << 14 | 1 << 15
"""Rights that a rule for a file, not a folder, may have: execute, write, read, truncate, ioctl."""

FS_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
"""How many file-system rights there are from each ABI on: all are handled, so all are denied unless allowed."""

NET_TCP = 0b11
"""Bind and connect, from ABI 4 on."""

SCOPES = 0b11
"""Abstract Unix sockets and signals, from ABI 6 on."""


class Ruleset(ctypes.Structure):
    """struct landlock_ruleset_attr."""

    _fields_ = [("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64)]


class PathBeneath(ctypes.Structure):
    """struct landlock_path_beneath_attr."""

    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


@dataclass(frozen=True)
class Paths:
    """What stays open: files, and all that is below folders."""

    readable: tuple[str, ...] = ()
    executable: tuple[str, ...] = ()
    """Readable too."""
    writable: tuple[str, ...] = ()
    """Readable too."""


FONTS = Paths(
    readable=(
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/etc/fonts",
        "/usr/share/fontconfig",
        "/var/cache/fontconfig",
    )
)
"""What text in an SVG needs."""


def abi() -> int:
    """The version the kernel speaks; 0 where there is no Landlock."""
    if not LINUX:
        return 0
    try:
        return syscall("landlock_create_ruleset", CREATE_RULESET, None, 0, VERSION_FLAG)
    except OSError as error:
        if error.errno in (errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
            return 0
        raise


def make_ruleset(paths: Paths) -> int:
    """A file descriptor of a ruleset that denies all but these paths."""
    version = abi()
    every_right = (1 << max(count for since, count in FS_RIGHTS.items() if since <= version)) - 1
    rules = Ruleset(every_right, NET_TCP if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = syscall("landlock_create_ruleset", CREATE_RULESET, ctypes.byref(rules), size, 0)
    for path in paths.readable:
        allow(ruleset, path, FS_READ_FILE | FS_READ_DIR)
    for path in paths.executable:
        allow(ruleset, path, FS_READ_FILE | FS_READ_DIR | FS_EXECUTE)
    for path in paths.writable:
        allow(ruleset, path, every_right & ~FS_EXECUTE)
    return ruleset


def allow(ruleset: int, path: str, rights: int) -> None:
    """Add a rule for what is below a path; one that does not exist has nothing to allow."""
    if not Path(path).is_dir():
        rights &= FS_OF_A_FILE
    with suppress(FileNotFoundError):
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            beneath = PathBeneath(rights, parent)
            syscall("landlock_add_rule", ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(beneath), 0)
        finally:
            os.close(parent)


def restrict(ruleset: int) -> None:
    """Put this process under the ruleset, for good; needs no_new_privs."""
    syscall("landlock_restrict_self", RESTRICT_SELF, ruleset, 0)
