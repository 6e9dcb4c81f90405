"""Conditions of branches, asked of segment."""

from collections.abc import Sequence

import orjson

from unavoce.decide.journey import Branch, Journey
from unavoce.decide.model import BadJourney
from unavoce.decide.tick import Predicates
from unavoce.decide.walk import Ask
from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Transaction
from unavoce.segment import api as segment


def asked_of(facts: Facts) -> Predicates:
    """What answers the questions of a tick: one statement for everybody who stands before a branch."""

    def answer(tx: Transaction, asks: Sequence[Ask]) -> list[bool]:
        written = [orjson.dumps(ask.definition, option=orjson.OPT_SORT_KEYS) for ask in asks]
        place = {text: number for number, text in enumerate(sorted(set(written)))}
        conditions = [segment.parse(orjson.loads(text)) for text in place]
        candidates = [
            segment.Candidate(CustomerId(ask.customer), [Iid(iid) for iid in sorted(ask.iids)], ask.at) for ask in asks
        ]
        met = segment.evaluate(tx, facts, conditions, candidates)
        return [place[text] in found for text, found in zip(written, met, strict=True)]

    return answer


def check(journey: Journey) -> None:
    """Refuse a journey with a branch whose condition segment cannot read."""
    for name, step in journey.steps.items():
        for number, path in enumerate(step.paths if isinstance(step, Branch) else ()):
            try:
                segment.parse(path.when)
            except BadInput as refusal:
                raise BadJourney(
                    journey=journey.key, field=f"steps.{name}.paths.{number}.if", expected=refusal.detail
                ) from None
