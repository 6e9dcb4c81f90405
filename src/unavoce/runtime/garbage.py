"""When this process looks for garbage: between whiles, and only through what is new.

The interpreter looks for circles of garbage after every 700 new values, and again and again through what has stayed.
A batch of the pump makes a hundred thousand values that hold no circles and are gone a moment later, and a million
customers stay: looking took 30 % of the pump's time. Nearly everything is freed without it, by counting references.
"""

import gc
from time import monotonic

from unavoce.runtime import telemetry

_SECONDS = telemetry.histogram("unavoce_garbage_seconds", "How long each look for garbage stopped the process.")


class Garbage:
    """Looks through new values when enough have stayed, and seldom through all of them. Ask it between two batches.

    What has stayed through one look is set apart (`gc.freeze`), so the next one costs as much as there is new, however
    much the process remembers. A circle that was still in use then and is garbage later waits for the look at all.
    """

    def __init__(self, *, enough: int = 200_000, all_every_seconds: float = 6 * 3_600) -> None:
        self._enough, self._all_every = enough, all_every_seconds
        self._all_at = monotonic()
        self._begun = False

    def begin(self) -> None:
        """From now on nothing is looked for but by `look`; what is loaded already is looked through once."""
        gc.disable()
        self._begun = True
        self._look_at_all()

    def look(self) -> bool:
        """Look, if there is enough to look through; says whether it did. Does nothing before `begin`."""
        if not self._begun:
            return False
        if monotonic() - self._all_at >= self._all_every:
            self._look_at_all()
            return True
        if gc.get_count()[0] < self._enough:
            return False
        with _SECONDS.time(through="new"):
            gc.collect()
            gc.freeze()
        return True

    def _look_at_all(self) -> None:
        with _SECONDS.time(through="all"):
            gc.unfreeze()
            gc.collect()
            gc.freeze()
        self._all_at = monotonic()
