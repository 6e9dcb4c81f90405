"""Become a child that dies with its parent, perhaps as an unprivileged user, then run a program.

Run as a script (`python -I -S child.py PARENT USER GROUP REACH program ...`), because PostgreSQL refuses to
be root and Python cannot lower privileges between fork and exec safely. Standard library only, no imports of
ours. REACH "1" keeps the one capability to pass through folders the user cannot enter, such as /root.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT = 1, 8, 28, 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
# access(2) looks at capabilities of a non-root user only with this bit (SECBIT_NO_SETUID_FIXUP).
_NO_SETUID_FIXUP = 1 << 2
_CAPABILITY_VERSION_3 = 0x20080522


def die_with_parent(parent: int, number: int) -> None:
    """Ask the kernel for signal `number` when the parent dies; exit at once if it already has."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def become(user: int, group: int, *, reach: bool) -> None:
    """Give up root for `user`; with `reach`, keep only the right to pass closed folders."""
    libc = ctypes.CDLL(None, use_errno=True)
    if reach:
        libc.prctl(_PR_SET_SECUREBITS, _NO_SETUID_FIXUP, 0, 0, 0)
        libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
    if reach:
        bit = 1 << _CAP_DAC_OVERRIDE
        head = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        libc.capset(head, sets)
        libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)


def main(arguments: list[str]) -> None:
    """Lower privileges, tie the knot to the parent, and turn into the program."""
    parent, user, group, reach, *program = arguments
    if int(user) != os.geteuid():
        become(int(user), int(group), reach=reach == "1")
    # SIGINT is PostgreSQL's fast shutdown: connections are cut, everything is written.
    die_with_parent(int(parent), signal.SIGINT)
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
