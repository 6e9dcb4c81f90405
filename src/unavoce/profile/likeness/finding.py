"""Looking for customers who are probably one person; only suggested, never merged."""

from datetime import datetime

from unavoce.profile.likeness import rules, store
from unavoce.runtime.postgres import Transaction

MOST_SUGGESTED = 20_000
"""Nobody decides more; the surest are kept."""


def find(tx: Transaction, now: datetime) -> dict[str, object]:
    """Compare everybody worth comparing and renew the queue; answers with what was learnt."""
    people = store.draw_faces(tx)
    store.pair_up(tx)
    u = rules.strangers(store.coincidences(tx), store.compared(tx, sampled=True))
    compared = store.compared(tx, sampled=False)
    m, ones = rules.matches(compared, u)
    found = [one for pair in compared if rules.worth_saying(one := rules.likeness(pair, m, u, people, ones))]
    found.sort(key=lambda one: (-one.score, one.pair.one, one.pair.other))
    store.suggest(tx, found[:MOST_SUGGESTED], now)
    store.forget_faces(tx)
    return {"people": people, "compared": len(compared), "suggested": len(found[:MOST_SUGGESTED]), "m": m, "u": u}
