"""seccomp: the system calls a decoder may make, and what happens at the others.

A call that no codec makes and an exploit needs ends the process (`FORBIDDEN`); any other that is not allowed fails
with EPERM, so that a library which merely asks for something goes on without it.
"""

import ctypes
import errno
import tempfile
from typing import Any

from remote.sandbox.locks.libc import LINUX, prctl

PR_SET_SECCOMP, MODE_FILTER = 22, 2

BINARY_TREE = 2
"""For SCMP_FLTATR_CTL_OPTIMIZE: the kernel asks a new filter about every call there is; 65 us, and in rows 135."""

PROT_EXEC = 4
CLONE_THREAD = 0x10000
PR_SET_NAME = 15

DECODING = (
    # the channel and the memfds
    *("read", "pread64", "readv", "write", "pwrite64", "writev", "lseek", "recvmsg", "recvfrom", "sendmsg", "sendto"),
    *("close", "ftruncate", "poll", "ppoll"),
    # memory
    *("brk", "munmap", "mremap", "madvise"),
    # threads of libheif, dav1d and libaom
    *("futex", "set_robust_list", "rseq", "exit", "exit_group", "gettid", "getpid"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("sched_yield", "sched_getaffinity", "membarrier"),
    # time and chance
    *("clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday", "getrandom"),
)
"""Measured over thousands of files, with a margin for other builds of the same libraries."""

FONT_FILES = (
    *("open", "openat", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents64", "getcwd"),
    *("stat", "lstat", "fstat", "newfstatat", "statx", "fstatfs", "fadvise64", "fcntl"),
)
"""Reading fonts for text in an SVG; allowed only where Landlock says which files."""

RUNNING_PERL = (
    *("execve", "clone", "vfork", "wait4", "waitid", "pipe", "pipe2", "dup", "dup2", "dup3", "select", "pselect6"),
    *("mmap", "mprotect", "arch_prctl", "set_tid_address", "prlimit64", "close_range", "prctl", "sysinfo", "uname"),
    *("getuid", "geteuid", "getgid", "getegid", "getppid", "getgroups", "getpgrp", "umask", "ioctl"),
    *("epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait"),
    *("rename", "renameat", "renameat2", "unlink", "unlinkat", "chmod", "fchmod", "fchmodat", "chown", "fchownat"),
    *("utimensat", "utime", "utimes", "truncate", "fsync", "chdir", "mkdir", "rmdir"),
)
"""What starting perl and rewriting a file takes besides."""

FAILING_IN_PERL = {"socket", "connect", "kill"}
"""perl looks for a name service when asked for a user's name; it goes on without."""

FORBIDDEN = {
    "execve": "another program would not be ours",
    "execveat": "as execve",
    "fork": "a child would outlive the deadline",
    "vfork": "as fork",
    "socket": "nothing to talk to",
    "socketpair": "as socket",
    "connect": "as socket",
    "bind": "as socket",
    "listen": "as socket",
    "accept": "as socket",
    "accept4": "as socket",
    "ptrace": "other processes of the same user",
    "process_vm_readv": "memory of other processes: another user's upload",
    "process_vm_writev": "as process_vm_readv",
    "pidfd_open": "a handle on another process",
    "pidfd_getfd": "descriptors of another process",
    "pidfd_send_signal": "as kill",
    "kill": "other decoders of the same user",
    "io_uring_setup": "does system calls that no filter sees",
    "io_uring_enter": "as io_uring_setup",
    "io_uring_register": "as io_uring_setup",
    "bpf": "kernel attack surface",
    "perf_event_open": "kernel attack surface",
    "userfaultfd": "makes races in the kernel easy to win",
    "keyctl": "kernel attack surface, keys of the user",
    "add_key": "as keyctl",
    "request_key": "as keyctl",
    "mount": "another view of the file system",
    "umount2": "as mount",
    "pivot_root": "as mount",
    "chroot": "as mount",
    "unshare": "namespaces: privileges in a new one",
    "setns": "as unshare",
    "memfd_create": "memory that can be executed",
    "setuid": "another identity",
    "setgid": "as setuid",
    "setreuid": "as setuid",
    "setregid": "as setuid",
    "setresuid": "as setuid",
    "setresgid": "as setuid",
    "setgroups": "as setuid",
    "init_module": "code in the kernel",
    "finit_module": "as init_module",
    "delete_module": "as init_module",
    "kexec_load": "another kernel",
    "reboot": "the machine is not ours",
    "swapon": "as reboot",
    "swapoff": "as reboot",
    "personality": "turns off address space randomisation",
    "modify_ldt": "kernel attack surface",
    "open_by_handle_at": "files past any path check",
}
"""Each with what it would give an attacker. Not tgkill, which fails instead: abort() makes it, and that is a crash."""


class Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]


def available() -> bool:
    """Whether filters can be built and the kernel takes them."""
    if not LINUX:
        return False
    try:
        prctl(PR_SET_SECCOMP, MODE_FILTER, None)  # an empty program: EFAULT where filters are known, else EINVAL
    except OSError as error:
        if error.errno != errno.EFAULT:
            return False
    try:
        import pyseccomp  # noqa: F401  needs libseccomp2, which macOS has not
    except (ImportError, RuntimeError, OSError):
        return False
    return True


def compile_filter(font_files: bool) -> bytes:
    """The filter as a BPF program; `font_files` lets files be opened, for Landlock to say which."""
    import pyseccomp as seccomp

    program = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    program.set_attr(seccomp.Attr.CTL_OPTIMIZE, BINARY_TREE)
    for name in DECODING + (FONT_FILES if font_files else ()):
        rule(program, seccomp.ALLOW, name)
    for name in FORBIDDEN:
        rule(program, seccomp.KILL_PROCESS, name)
    for name in ("mmap", "mprotect"):
        program.add_rule(seccomp.ALLOW, name, seccomp.Arg(2, seccomp.MASKED_EQ, PROT_EXEC, 0))
    program.add_rule(seccomp.ALLOW, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD))
    program.add_rule(seccomp.KILL_PROCESS, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, 0))
    program.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags are in memory, which no filter reads
    program.add_rule(seccomp.ALLOW, "prctl", seccomp.Arg(0, seccomp.EQ, PR_SET_NAME))
    return exported(program)


def exported(program: Any) -> bytes:
    """The BPF program of a libseccomp filter."""
    with tempfile.TemporaryFile() as file:
        program.export_bpf(file)
        file.seek(0)
        return file.read()


def compile_tool_filter() -> bytes:
    """The filter for a compartment that runs exiftool, as a BPF program."""
    import pyseccomp as seccomp

    program = seccomp.SyscallFilter(seccomp.ERRNO(errno.EPERM))
    for name in DECODING + FONT_FILES + RUNNING_PERL:
        rule(program, seccomp.ALLOW, name)
    for name in FORBIDDEN.keys() - FAILING_IN_PERL - set(RUNNING_PERL):
        rule(program, seccomp.KILL_PROCESS, name)
    program.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    return exported(program)


def rule(program: Any, action: int, name: str) -> None:
    """Add a rule for a call, unless this architecture has no call of that name."""
    import pyseccomp as seccomp

    if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
        program.add_rule(action, name)


def install(program: bytes) -> None:
    """Put this process under the filter, for good; needs no_new_privs."""
    instruction = 8  # bytes, struct sock_filter
    prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(Program(len(program) // instruction, program)))
