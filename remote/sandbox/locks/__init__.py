"""The locks on a decoder: what each is, and the order they are put on in."""

from dataclasses import dataclass

from remote.sandbox.locks import landlock, process, seccomp


@dataclass(frozen=True)
class Locks:
    """Prepared before a decoder is forked, so that putting them on takes under a millisecond."""

    memory: int
    """Bytes of address space."""
    cpu: int
    """Seconds."""
    file_size: int
    """Bytes."""
    ruleset: int | None
    """Landlock's file descriptor, or None where there is none."""
    filter: bytes | None
    """seccomp's program, or None where there is none."""
    user: bool = True
    """Become nobody when root."""

    def put_on(self, parent: int, channel: int, open_files: int = process.MOST_OPEN_FILES) -> None:
        """Lock this process for good, keeping one file descriptor; raises OSError when a lock does not hold."""
        if self.user:
            process.become_nobody()
        process.bind_to_parent(parent)
        process.close_to_others()
        process.null_standard_streams()
        if self.ruleset is not None:
            landlock.restrict(self.ruleset)
        process.close_all_but(channel)
        process.limit_resources(self.memory, self.cpu, self.file_size, open_files)
        if self.filter is not None:
            seccomp.install(self.filter)


def prepare(
    level: str, memory: int, cpu: int, file_size: int, paths: landlock.Paths = landlock.FONTS, tool: bool = False
) -> Locks:
    """The locks this system has; `level` "off" leaves out Landlock, seccomp and the change of user.

    `tool` lets programs be started, for a compartment that runs one.
    """
    on = level != "off"
    ruleset = landlock.make_ruleset(paths) if on and landlock.abi() else None
    filter = None
    if on and seccomp.available():
        filter = seccomp.compile_tool_filter() if tool else seccomp.compile_filter(ruleset is not None)
    return Locks(memory, cpu, file_size, ruleset, filter, user=on)
