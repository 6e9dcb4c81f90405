"""Routes: the groups a customer belongs to."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from unavoce.access.api import Person, audit, current, mask, requires
from unavoce.kernel.ids import CustomerId, Iid, parse_id, text_of
from unavoce.profile import resolver
from unavoce.profile.groups import store
from unavoce.profile.model import NoSuchCustomer
from unavoce.profile.people import reading
from unavoce.runtime.http import Door, door

Here = Annotated[Door, Depends(door)]
MaySee = Callable[[Door, Person, CustomerId, Collection[int]], bool]
_MOST_SHOWN = 50


class GroupMember(BaseModel):
    """Somebody who belongs to the group."""

    id: str
    name: str


class GroupOut(BaseModel):
    """A group of the customer's: what is known of it and who belongs to it, as far as this person may see."""

    id: str
    name: str
    since: datetime
    traits: dict[str, str]
    members: list[GroupMember]
    size: int


class GroupsOut(BaseModel):
    """The groups a customer belongs to."""

    items: list[GroupOut]


def routes(may_see: MaySee) -> APIRouter:
    """The routes about groups."""
    router = APIRouter(prefix="/api/customers", tags=["customers"])

    @router.get("/{customer}/groups", dependencies=[requires("customers:read")])
    def groups(customer: str, request: Request, here: Here) -> GroupsOut:
        """The households, companies and other groups she belongs to."""
        person = current(request)
        with here.postgres.transaction() as tx:
            hers = resolver.customer_with(tx, Iid(parse_id(customer)))
            members = resolver.members_of(tx, [hers])[hers]
            if not may_see(here, person, hers, members):
                raise NoSuchCustomer(customer=customer)
            found = store.groups_of(tx, [hers])
            audit(tx, person, "customer.groups_looked_at", f"customer:{text_of(hers)}", here.clock.now())
            everybody = resolver.members_of(tx, {one for group in found for one in group.members})
            known = {one for one, iids in everybody.items() if may_see(here, person, one, iids)}
            lines = reading.summaries(tx, known)
        return GroupsOut(
            items=[
                GroupOut(
                    id=mask(person, "group_id", group.group_id),
                    name=mask(person, "name", group.name),
                    since=group.since,
                    traits={key: mask(person, key, str(value)) for key, value in group.traits.items() if key != "name"},
                    members=[
                        GroupMember(id=text_of(one), name=mask(person, "name", lines[one].name))
                        for one in group.members[:_MOST_SHOWN]
                        if one in lines
                    ],
                    size=len(group.members),
                )
                for group in found
            ]
        )

    return router
