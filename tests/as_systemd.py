"""Runs a command under the restrictions of a systemd unit: ``python -m tests.as_systemd UNIT COMMAND...``

systemd is not needed for it: bubblewrap makes the namespaces (nothing writable, a /tmp and /dev of its own, another
user without capabilities, no_new_privs), libseccomp the filters, from what the unit says. What needs systemd itself is
left out: control groups, the firewall, ProtectHome (the project may lie in a home), the unit's start and stop.
"""

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from socket import AddressFamily

import pyseccomp as seccomp

PROT_WRITE, PROT_EXEC, SHM_EXEC = 2, 4, 0o100000
NAMESPACES = (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
"""CLONE_NEWNS, ...CGROUP, ...UTS, ...IPC, ...USER, ...PID and ...NET: <linux/sched.h>."""
FAMILIES = 46
"""AF_MAX: <linux/socket.h>."""

Unit = dict[str, list[str]]
"""The values of each key, in their order."""


def read_unit(path: Path) -> Unit:
    unit: Unit = {}
    for line in path.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            unit.setdefault(key, []).append(value)
    return unit


def group(name: str) -> Iterator[str]:
    """The system calls of one of systemd's groups, or the one that is named."""
    if not name.startswith("@"):
        yield name
        return
    command = ["systemd-analyze", "syscall-filter", name]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for line in listed.splitlines()[1:]:
        if line.startswith(" ") and "#" not in line:
            yield from group(line.strip())


def allowed(unit: Unit) -> set[str]:
    """As systemd reads SystemCallFilter=: one line after the other, "~" takes away."""
    calls = set(group("@default"))
    for line in unit["SystemCallFilter"]:
        named = {call for name in line.removeprefix("~").split() for call in group(name)}
        calls = calls - named if line.startswith("~") else calls | named
    return calls


def known(call: str) -> bool:
    return bool(seccomp.resolve_syscall(seccomp.system_arch(), call) >= 0)


def calls_filter(unit: Unit) -> seccomp.SyscallFilter:
    program = seccomp.SyscallFilter(seccomp.ERRNO(getattr(errno, unit["SystemCallErrorNumber"][0])))
    for call in filter(known, allowed(unit)):
        program.add_rule(seccomp.ALLOW, call)
    return program


def arguments_filter(unit: Unit) -> seccomp.SyscallFilter:
    """What systemd forbids by the arguments of calls that are allowed otherwise."""
    program, refuse = seccomp.SyscallFilter(seccomp.ALLOW), seccomp.ERRNO(errno.EPERM)
    if unit["RestrictNamespaces"] == ["yes"]:
        program.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags are out of a filter's sight
        for flag in NAMESPACES:
            for call in ("clone", "unshare"):
                program.add_rule(refuse, call, seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
        program.add_rule(refuse, "setns")
    if unit["MemoryDenyWriteExecute"] == ["yes"]:
        both = PROT_WRITE | PROT_EXEC
        program.add_rule(refuse, "mmap", seccomp.Arg(2, seccomp.MASKED_EQ, both, both))
        for call, flag in (("mprotect", PROT_EXEC), ("pkey_mprotect", PROT_EXEC), ("shmat", SHM_EXEC)):
            program.add_rule(refuse, call, seccomp.Arg(2, seccomp.MASKED_EQ, flag, flag))
    families = {AddressFamily[name] for name in unit["RestrictAddressFamilies"][0].split()}
    for family in set(range(FAMILIES)) - families:
        program.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", seccomp.Arg(0, seccomp.EQ, family))
    return program


def descriptor_of(program: seccomp.SyscallFilter) -> int:
    """Where bubblewrap reads the compiled filter."""
    descriptor = os.memfd_create("filter", 0)
    with open(descriptor, "wb", closefd=False) as file:
        program.export_bpf(file)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def bubblewrap(unit: Unit, argv: list[str]) -> list[str]:
    """The command line that runs `argv` as the unit says."""
    root = Path(__file__).parent.parent
    needed = [str(path) for path in (root, sys.prefix, sys.base_prefix)]  # they may lie below /tmp
    variables = [word for variable in unit["Environment"] for word in ("--setenv", *variable.split("=", 1))]
    filters = [calls_filter(unit), arguments_filter(unit)]
    return [
        *("bwrap", "--die-with-parent", "--unshare-user", "--unshare-pid", "--uid", "61184", "--gid", "61184"),
        *("--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
        *("--tmpfs", "/tmp", "--tmpfs", "/var/tmp"),
        *(word for path in needed for word in ("--ro-bind", path, path)),
        *variables,
        *(word for program in filters for word in ("--add-seccomp-fd", str(descriptor_of(program)))),
        *("--", *argv),
    ]


if __name__ == "__main__":
    command = bubblewrap(read_unit(Path(sys.argv[1])), sys.argv[2:])
    os.execvp(command[0], command)
