"""Routes: why she is one customer, and putting that right."""

from collections.abc import Callable, Collection
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from unavoce.access.api import Person, audit, current, requires
from unavoce.kernel.ids import CustomerId, Iid, parse_id, text_of
from unavoce.profile import api, store, wire
from unavoce.profile.model import NodeSeen, NoSuchCustomer, NoSuchSeparation, Relinked
from unavoce.profile.people import store as people
from unavoce.profile.telling import story as stories
from unavoce.runtime.http import Door, RowId, door
from unavoce.runtime.postgres import Transaction

Here = Annotated[Door, Depends(door)]
OnLinks = Callable[[Door, Transaction, Relinked], None]
"""What must follow when customers change, in the same transaction: segments, journeys."""
MaySee = Callable[[Door, Person, CustomerId, Collection[int]], bool]
"""Whether a customer with these identifiers is in a person's sight."""


def routes(on_links: OnLinks, may_see: MaySee) -> APIRouter:
    """The identity routes; `on_links` lets the rest follow, `may_see` keeps people to the customers of their stores."""
    router = APIRouter(prefix="/api/customers", tags=["customers"])

    def seen(here: Door, tx: Transaction, person: Person, iid: int) -> CustomerId:
        customer = api.customer_with(tx, Iid(iid))
        if not may_see(here, person, customer, api.members_of(tx, [customer])[customer]):
            raise NoSuchCustomer(customer=text_of(iid))
        return customer

    def within_sight(here: Door, tx: Transaction, person: Person, hers: CustomerId) -> api.Graph:
        found = api.graph(tx, hers)
        others = {node.customer for node in found.nodes} - {hers} if person.scope.stores is not None else set()
        members = api.members_of(tx, others)
        return found.without({one for one in others if not may_see(here, person, one, members[one])})

    def shown(
        here: Door, tx: Transaction, person: Person, nodes: Collection[NodeSeen], hers: CustomerId
    ) -> list[wire.NodeOut]:
        others = {node.customer for node in nodes} - {hers}
        members = api.members_of(tx, others) if person.scope.stores is not None else {}
        hidden = {one for one in members if not may_see(here, person, one, members[one])}
        return [wire.NodeOut.of(node, person) for node in nodes if node.customer not in hidden]

    def follow(here: Door, tx: Transaction, request: Request, action: str, done: Relinked, why: str) -> None:
        for customer in wire.RelinkedOut.of(done).customers:
            detail = {"reason": why, "moved": [text_of(link.iid) for link in done.links]}
            audit(tx, current(request), action, f"customer:{customer}", here.clock.now(), detail)
        on_links(here, tx, done)

    def publish(here: Door, done: Relinked) -> None:
        with here.postgres.transaction() as tx:
            api.publish_links(tx, here.facts, done.links)

    @router.get("/{customer}/graph", dependencies=[requires("customers:read")])
    def graph(customer: str, request: Request, here: Here) -> wire.GraphOut:
        """The evidence that makes her one customer."""
        person = current(request)
        with here.postgres.transaction() as tx:
            hers = seen(here, tx, person, parse_id(customer))
            found = within_sight(here, tx, person, hers)
            audit(tx, person, "customer.graph_looked_at", f"customer:{text_of(hers)}", here.clock.now())
        return wire.GraphOut.of(found, person)

    @router.get("/{customer}/path", dependencies=[requires("customers:read")])
    def path(customer: str, start: wire.Id, end: wire.Id, request: Request, here: Here) -> wire.PathOut:
        """The evidence that leads from one identifier to another, or where they come apart."""
        person = current(request)
        with here.postgres.transaction() as tx:
            hers = seen(here, tx, person, parse_id(customer))
            seen(here, tx, person, parse_id(start))
            seen(here, tx, person, parse_id(end))
            found = stories.path(tx, Iid(parse_id(start)), Iid(parse_id(end)))
            nodes = shown(here, tx, person, found.nodes, hers)
            audit(tx, person, "customer.path_looked_at", f"customer:{text_of(hers)}", here.clock.now())
        return wire.PathOut(joined=found.joined, nodes=nodes, edges=[wire.EdgeOut.of(edge) for edge in found.edges])

    @router.get("/{customer}/story", dependencies=[requires("customers:read")])
    def story(customer: str, request: Request, here: Here) -> wire.StoryOut:
        """What was decided about who she is, over time."""
        person = current(request)
        with here.postgres.transaction() as tx:
            hers = seen(here, tx, person, parse_id(customer))
            told = stories.story(tx, hers)
            nodes = shown(here, tx, person, people.graph_nodes(tx, {iid for one in told for iid in one.iids}), hers)
            audit(tx, person, "customer.story_looked_at", f"customer:{text_of(hers)}", here.clock.now())
        return wire.StoryOut(items=[wire.ToldOut.of(one) for one in told], nodes=nodes)

    @router.post("/{customer}/unmerge", dependencies=[requires("customers:write")])
    def unmerge(customer: str, body: wire.Unmerge, request: Request, here: Here) -> wire.RelinkedOut:
        """Take back that somebody merged two customers."""
        person = current(request)
        with here.postgres.transaction() as tx:
            seen(here, tx, person, parse_id(customer))
            seen(here, tx, person, parse_id(body.a))
            seen(here, tx, person, parse_id(body.b))
            done = api.unmerge(tx, Iid(parse_id(body.a)), Iid(parse_id(body.b)), person.name, here.clock.now())
            follow(here, tx, request, "customer.unmerged", done, done.cause)
        publish(here, done)
        return wire.RelinkedOut.of(done)

    @router.post("/{customer}/merge", dependencies=[requires("customers:write")])
    def merge(customer: str, body: wire.Merge, request: Request, here: Here) -> wire.RelinkedOut:
        """Make two customers one."""
        person = current(request)
        with here.postgres.transaction() as tx:
            one = seen(here, tx, person, parse_id(customer))
            other = seen(here, tx, person, parse_id(body.other))
            done = api.merge(tx, one, other, person.name, body.reason, here.clock.now())
            follow(here, tx, request, "customer.merged", done, body.reason)
        publish(here, done)
        return wire.RelinkedOut.of(done)

    @router.post("/{customer}/separate", dependencies=[requires("customers:write")])
    def separate(customer: str, body: wire.Separate, request: Request, here: Here) -> wire.RelinkedOut:
        """Set some of her identifiers apart until somebody undoes it."""
        person = current(request)
        with here.postgres.transaction() as tx:
            hers = seen(here, tx, person, parse_id(customer))
            done = api.separate(tx, hers, body.iids(), person.name, body.reason, here.clock.now())
            follow(here, tx, request, "customer.separated", done, body.reason)
        publish(here, done)
        return wire.RelinkedOut.of(done)

    @router.post("/separations/{separation}/undo", dependencies=[requires("customers:write")])
    def undo(separation: RowId, request: Request, here: Here) -> wire.RelinkedOut:
        """Undo a separation: the evidence across it counts again."""
        person = current(request)
        with here.postgres.transaction() as tx:
            found = store.separation(tx, separation)
            if found is None:
                raise NoSuchSeparation(separation=separation)
            seen(here, tx, person, found.customer)
            done = api.rejoin(tx, separation, person.name, here.clock.now())
            follow(here, tx, request, "customer.rejoined", done, found.reason)
        publish(here, done)
        return wire.RelinkedOut.of(done)

    return router
