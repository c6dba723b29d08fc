"""What binds a process besides Landlock and seccomp: its user, its parent, its resources."""

import os
import resource
import signal

from remote.sandbox.locks.libc import LINUX, prctl

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS = 1, 4, 38

NOBODY = 65534
"""The user and group that own nothing, on Debian and everywhere else."""

MOST_OPEN_FILES = 16
"""The channel, two memfds, and what fontconfig opens at a time."""


def become_nobody() -> None:
    """Give up root, with all groups and so all capabilities; an ordinary user has nothing to give up."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def bind_to_parent(parent: int) -> None:
    """Die with the parent. After `become_nobody`: a change of user clears it."""
    if LINUX:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call
            os._exit(1)


def close_to_others() -> None:
    """No new privileges by setuid programs, no ptrace and no /proc/pid/mem from the same user, no core file."""
    if LINUX:
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        prctl(PR_SET_DUMPABLE, 0)


def limit_resources(memory: int, cpu: int, file_size: int, open_files: int) -> None:
    """Bounds in bytes and seconds. The soft CPU limit is below the hard one: SIGXCPU tells it from other kills."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    if LINUX:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))


def null_standard_streams() -> None:
    """/dev/null on 0 to 2: what a decoder prints could forge the service's log."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(null, stream)
    if null > 2:
        os.close(null)


def close_all_but(kept: int) -> None:
    """Close every file descriptor above the standard streams but one."""
    os.closerange(3, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
