"""Runs a command under a seccomp filter: ``python -m tests.lesser_kernel landlock|restrict|seccomp|docker COMMAND...``

The filter is inherited, so the whole service runs as on a kernel without Landlock, on one where its locks can be
made and not put on, on one without seccomp filters, or as in a container under Docker's default profile.
"""

import errno
import os
import sys

import pyseccomp as seccomp

DOCKER_DENIES = (
    *"acct add_key bpf clock_adjtime clock_settime create_module delete_module finit_module get_mempolicy".split(),
    *"init_module ioperm iopl kcmp kexec_file_load kexec_load keyctl lookup_dcookie mbind mount move_pages".split(),
    *"nfsservctl open_by_handle_at perf_event_open personality pivot_root process_vm_readv".split(),
    *"process_vm_writev ptrace quotactl reboot request_key set_mempolicy setns settimeofday swapon swapoff".split(),
    *"sysfs umount2 unshare uselib userfaultfd ustat io_uring_setup io_uring_enter io_uring_register".split(),
)
"""The calls that Docker's documentation lists as blocked by its default profile."""


def main() -> None:
    denied, *argv = sys.argv[1:]
    program = seccomp.SyscallFilter(seccomp.ALLOW)
    if denied == "landlock":
        program.add_rule(seccomp.ERRNO(errno.ENOSYS), "landlock_create_ruleset")
    elif denied == "restrict":
        program.add_rule(seccomp.ERRNO(errno.EPERM), "landlock_restrict_self")
    elif denied == "seccomp":
        program.add_rule(seccomp.ERRNO(errno.EINVAL), "prctl", seccomp.Arg(0, seccomp.EQ, 22))
    else:
        for name in DOCKER_DENIES:
            if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
                program.add_rule(seccomp.ERRNO(errno.EPERM), name)
    program.load()
    os.execvp(argv[0], argv)


if __name__ == "__main__":
    main()
