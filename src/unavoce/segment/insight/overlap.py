"""How segments lie over each other, from the memberships that are kept."""

from collections.abc import Collection, Sequence

from unavoce.kernel.ids import CustomerId
from unavoce.runtime.postgres import Transaction
from unavoce.segment import defining
from unavoce.segment import store as segments
from unavoce.segment.insight import store
from unavoce.segment.insight.model import Overlap
from unavoce.segment.model import BadField

MOST = 6
"""Of six segments there are 63 regions; more is nothing that anybody reads."""


def overlap(tx: Transaction, keys: Sequence[str], among: Collection[CustomerId] | None) -> Overlap:
    """Every region of these segments that has somebody in it."""
    wanted = list(dict.fromkeys(keys))
    if not 2 <= len(wanted) <= MOST:
        raise BadField(field="key", value=", ".join(wanted), expected=f"2 to {MOST} segments")
    known = segments.segments(tx)
    for key in wanted:
        defining.live_segment(known, key)
    regions = store.overlap(tx, wanted, among)
    sizes = {key: sum(one.size for one in regions if key in one.keys) for key in wanted}
    return Overlap(sizes, regions)
