"""What the routes about rules take and give, as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from unavoce.access.api import Person, mask
from unavoce.kernel.ids import Iid, parse_id, text_of
from unavoce.profile import ruleset
from unavoce.profile.model import NodeSeen
from unavoce.profile.ruleset import Rules
from unavoce.profile.ruling.model import Hub, Published, Work
from unavoce.profile.wire import NodeOut

Note = Annotated[str, Field(max_length=1000)]


class BlockedOut(BaseModel):
    """A value that identifies nobody; `*` stands for anything, as a kind for all kinds."""

    kind: str = "*"
    value: str


class RulesBody(BaseModel):
    """The rules of identity; what is left out is as built in."""

    strength: list[list[str]] = Field(default_factory=lambda: [list(group) for group in ruleset.DEFAULT.strength])
    limits: dict[str, int] = Field(default_factory=dict)
    people: dict[str, int] = Field(default_factory=dict)
    accounts_per_device: int = ruleset.DEFAULT.accounts_per_device
    birthdays: bool = True
    blocked: list[BlockedOut] = Field(default_factory=list)

    @classmethod
    def of(cls, rules: Rules) -> "RulesBody":
        """The rules as JSON."""
        return cls.model_validate(ruleset.written(rules))


class PublishRules(BaseModel):
    """Rules to publish in place of version `after`, and why."""

    rules: RulesBody
    after: int
    note: Note = ""


class TryRules(BaseModel):
    """Rules to try on a copy."""

    rules: RulesBody


class WorkOut(BaseModel):
    """Work in the background: how far it is, and what it has found."""

    id: str
    kind: str
    state: str
    total: int
    done: int
    by: str
    at: datetime
    finished_at: datetime | None
    version: int | None = None
    result: dict[str, Any]
    nodes: list[NodeOut]

    @classmethod
    def of(cls, work: Work, person: Person, nodes: Sequence[NodeSeen] = ()) -> "WorkOut":
        """The work as this person may see it."""
        version = work.body.get("version")
        return cls(
            id=str(work.id), kind=work.kind.value, state=work.state.value, total=work.total, done=work.done, by=work.by,
            at=work.at, finished_at=work.finished_at, version=version if isinstance(version, int) else None,
            result=_seen(work, person), nodes=[NodeOut.of(node, person) for node in nodes],
        )  # fmt: skip


class VersionOut(BaseModel):
    """A version of the rules."""

    version: int
    rules: RulesBody
    note: str
    by: str
    at: datetime

    @classmethod
    def of(cls, one: Published) -> "VersionOut":
        """The version as JSON."""
        rules = RulesBody.of(ruleset.read(one.body, one.version))
        return cls(version=one.version, rules=rules, note=one.note, by=one.by, at=one.at)


class RulesOut(BaseModel):
    """The rules that hold, what is built in, all versions, and the work that applies the last one."""

    version: int
    rules: RulesBody
    builtin: RulesBody
    versions: list[VersionOut]
    work: WorkOut | None


class HubOut(BaseModel):
    """An identifier that joins nobody: it touches too many, or the brand has blocked it."""

    iid: str
    kind: str
    value: str
    blocked: bool
    people: int
    more: bool
    first_seen_at: datetime

    @classmethod
    def of(cls, hub: Hub, person: Person) -> "HubOut":
        """The hub as this person may see it; `more` when evidence beyond the count was not kept."""
        value = mask(person, hub.kind, hub.value)
        return cls(
            iid=text_of(hub.iid), kind=hub.kind, value=value, blocked=hub.blocked, people=hub.people, more=hub.filled,
            first_seen_at=hub.first_seen,
        )  # fmt: skip


class HubsOut(BaseModel):
    """Some hubs, and the cursor of the next."""

    items: list[HubOut]
    next: str | None


def examples_of(work: Work) -> list[Iid]:
    """The identifiers that the examples of a trial show."""
    return [Iid(parse_id(one)) for example in _examples(work) for one in example["shown"]]


def _examples(work: Work) -> list[dict[str, Any]]:
    examples = work.result.get("examples")
    return examples if isinstance(examples, list) else []


def _seen(work: Work, person: Person) -> dict[str, Any]:
    """The findings as this person may see them: examples are of the whole brand."""
    hidden = person.scope.stores is not None
    return {key: value for key, value in work.result.items() if not (hidden and key == "examples")}
