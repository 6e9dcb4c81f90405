"""What counts of consent, against a slow and obvious reference: the stricter word, the second yes, nothing made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import api, store
from unavoce.profile.belief import store as belief
from unavoce.profile.belief.model import ConsentRule
from unavoce.profile.model import ConsentSaid, LinkChange, State
from unavoce.runtime.postgres import Postgres

BEGIN = datetime(2018, 1, 1, tzinfo=UTC)
HER, OTHER = Iid(7), Iid(9)
SINCE = 5


class _Undo(Exception):
    """Undoes what an example wrote."""


@st.composite
def words(draw: st.DrawFn) -> list[ConsentSaid]:
    """Some words of two identifiers, no two at the same moment."""
    moments = draw(st.lists(st.integers(0, 12), unique=True, max_size=8))
    return [
        ConsentSaid(
            draw(st.sampled_from([HER, OTHER])), "email", "marketing", f"m{moment}", state, evidence,
            BEGIN + timedelta(days=moment), BEGIN + timedelta(days=moment), f"m{moment}",
        )
        for moment in moments
        for state, evidence in [draw(st.sampled_from([
            (State.GRANTED, "Subscribed"), (State.GRANTED, "Consent Confirmed: by the link"),
            (State.DENIED, "Unsubscribed"),
        ]))]
    ]  # fmt: skip


def reference(said: Sequence[ConsentSaid], *, asked_twice: bool) -> State | None:
    """By hand: each identifier's last word; a yes since the rule waits for a confirmation after the last no."""
    confirmed = [one.at for one in said if one.evidence.startswith("Consent Confirmed")]
    denied = [one.at for one in said if one.state is State.DENIED]
    is_confirmed = bool(confirmed) and (not denied or max(confirmed) >= max(denied))
    standing = []
    for iid in {one.iid for one in said}:
        last = max((one for one in said if one.iid == iid), key=lambda one: one.at)
        waits = asked_twice and last.at >= BEGIN + timedelta(days=SINCE) and not is_confirmed
        standing.append(State.PENDING if last.state is State.GRANTED and waits else last.state)
    return next((one for one in (State.DENIED, State.PENDING, State.GRANTED) if one in standing), None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(said=words(), asked_twice=st.booleans())
def test_what_counts_is_what_one_finds_by_hand(
    postgres: Postgres, said: list[ConsentSaid], *, asked_twice: bool
) -> None:
    try:
        with postgres.transaction() as tx:
            store.relink(tx, [LinkChange(OTHER, CustomerId(HER))], lambda _: "a test", BEGIN)
            if said:
                store.keep_consents(tx, said)
            if asked_twice:
                belief.put_consent_rule(tx, ConsentRule("email", BEGIN + timedelta(days=SINCE), 7), "Olivia")
            found = api.consents_of(tx, [CustomerId(HER)])[CustomerId(HER)]
            raise _Undo
    except _Undo:
        assert found.get(("email", "marketing")) == reference(said, asked_twice=asked_twice)
        assert set(found) <= {("email", "marketing")}
