"""System calls that Python has no name for."""

import ctypes
import os
import sys

LINUX = sys.platform == "linux"

libc = ctypes.CDLL(None, use_errno=True)


def checked(result: int, name: str) -> int:
    """The result of a call; raises OSError when it is -1."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(name: str, number: int, *arguments: object) -> int:
    return checked(libc.syscall(number, *arguments), name)


def prctl(option: int, *arguments: object) -> int:
    words = (ctypes.c_ulong(argument) if isinstance(argument, int) else argument for argument in arguments)
    return checked(libc.prctl(option, *words), f"prctl {option}")
