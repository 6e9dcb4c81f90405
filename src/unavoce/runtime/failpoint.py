"""Named places where a test may let the process die, to prove that any moment is a good one to be killed."""

import os

SETTING = "UNAVOCE_FAILPOINT"
"""`name` dies the first time the place is reached, `name:3` the third time."""

EXIT_CODE = 77

_name, _, _times = os.environ.get(SETTING, "").partition(":")
_left = [int(_times or 1)]


def reach(name: str) -> None:
    """Die here, without any clearing up, if the environment says so; else do nothing."""
    if name == _name:
        _left[0] -= 1
        if _left[0] == 0:
            os._exit(EXIT_CODE)
