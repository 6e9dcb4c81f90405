"""What a batch's group calls say, from the events alone; the same in whatever order they come."""

from collections.abc import Sequence

from unavoce.collect.api import Event
from unavoce.kernel.ids import Iid
from unavoce.profile.groups import store
from unavoce.profile.groups.model import Belonging, Word
from unavoce.profile.intern import Interned
from unavoce.profile.model import NOBODY
from unavoce.runtime.postgres import Transaction

_ID, _BELONGS = "group_id", "member"
_LONGEST = 512


def keep(tx: Transaction, events: Sequence[Event], iids: Sequence[Interned]) -> None:
    """Keep what Segment's group calls say; with the trait `member` false she leaves the group."""
    words: dict[tuple[str, str], Word] = {}
    members: dict[tuple[str, Iid], Belonging] = {}
    for event, who in zip(events, iids, strict=True):
        group = event.properties.get(_ID) if event.type == "group" else None
        if not isinstance(group, str) or not group or len(group) > _LONGEST:
            continue
        for key, value in event.properties.items():
            if key not in (_ID, _BELONGS):
                _hear(words, Word(group, key, value, event.at, event.message_id))
        if who.primary != NOBODY:
            belongs = event.properties.get(_BELONGS) is not False
            _meet(members, Belonging(group, who.primary, belongs, event.at, event.at, event.message_id))
    if words:
        store.keep_traits(tx, list(words.values()))
    if members:
        store.keep_members(tx, list(members.values()))


def _hear(words: dict[tuple[str, str], Word], said: Word) -> None:
    known = words.get((said.group, said.key))
    if known is None or (said.at, said.message_id) > (known.at, known.message_id):
        words[said.group, said.key] = said


def _meet(members: dict[tuple[str, Iid], Belonging], said: Belonging) -> None:
    known = members.get((said.group, said.iid))
    if known is not None:
        since = min(known.since, said.since)
        newer = (said.at, said.message_id) > (known.at, known.message_id)
        said = (said if newer else known)._replace(since=since)
    members[said.group, said.iid] = said
