"""Conditions of branches, asked of segment."""

from collections import defaultdict
from collections.abc import Sequence

import orjson

from unavoce.decide.tick import Predicates
from unavoce.decide.walk import Ask
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.segment import api as segment


def asked_of(facts: Facts) -> Predicates:
    """Conditions of branches, answered from the facts: one statement for everybody who stands before the same one."""

    def answer(asks: Sequence[Ask]) -> list[bool]:
        alike: dict[bytes, list[int]] = defaultdict(list)
        for place, ask in enumerate(asks):
            alike[orjson.dumps(ask.definition, option=orjson.OPT_SORT_KEYS)].append(place)
        met = [False] * len(asks)
        for places in alike.values():
            everyone = [
                segment.Candidate(CustomerId(asks[each].customer), [Iid(i) for i in asks[each].iids], asks[each].at)
                for each in places
            ]
            found = segment.evaluate(facts, asks[places[0]].definition, everyone)
            for place, verdict in zip(places, found, strict=True):
                met[place] = verdict
        return met

    return answer
