"""The kernel: many customers' walks played together, every round of questions answered as one set."""

from collections.abc import Generator, Iterable

from unavoce.decide.walk import Ask, Contacts, NeedContact, Predicates, Reply, Request, play
from unavoce.decide.world import Contact, Outcome, Program, World

_Walk = Generator[Request, Reply, Outcome]
_NOBODY = Contact(frozenset(), {})


def tick(worlds: Iterable[World], program: Program, contacts: Contacts, predicates: Predicates) -> Outcome:
    """Play all customers up to `program.until`; the same input gives the same outcome, whatever its order."""
    whole = Outcome()
    outcomes: dict[int, Outcome] = {}
    asking: list[tuple[int, _Walk, Request]] = []
    for world in sorted(worlds, key=lambda each: each.customer):
        _step(world.customer, play(world, program), None, asking, outcomes)
    while asking:
        round_, asking = asking, []
        known = _contacts(round_, contacts)
        met = iter(_answers(round_, predicates))
        for customer, walk, request in round_:
            reply: Reply = next(met) if isinstance(request, Ask) else known.get(customer, _NOBODY)
            _step(customer, walk, reply, asking, outcomes)
    for customer in sorted(outcomes):
        whole.add(outcomes[customer])
    return whole


def _step(
    customer: int,
    walk: _Walk,
    reply: Reply | None,
    asking: list[tuple[int, _Walk, Request]],
    outcomes: dict[int, Outcome],
) -> None:
    try:
        request = next(walk) if reply is None else walk.send(reply)
        asking.append((customer, walk, request))
    except StopIteration as done:
        outcomes[customer] = done.value
    except Exception as error:
        # One customer whom we cannot play must not stop everybody else's time.
        outcomes[customer] = Outcome(broken=[(customer, error)])


def _contacts(round_: list[tuple[int, _Walk, Request]], contacts: Contacts) -> dict[int, Contact]:
    wanted = [customer for customer, _, request in round_ if isinstance(request, NeedContact)]
    return dict(contacts(wanted)) if wanted else {}


def _answers(round_: list[tuple[int, _Walk, Request]], predicates: Predicates) -> list[bool]:
    asks = [request for _, _, request in round_ if isinstance(request, Ask)]
    return predicates(asks) if asks else []
