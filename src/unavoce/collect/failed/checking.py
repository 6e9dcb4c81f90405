"""Whether a failed event would enter if it were sent now: by the same reader and the same plan as in the pump."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from unavoce.collect import emission
from unavoce.collect.failed.model import LARGEST_CONTENT, Failed, NotJson, Verdict
from unavoce.collect.model import LANE_IMPORTS, LANE_INTERNAL, Event, Failure, Source, SourceKind
from unavoce.collect.parsing import IntakeRow, Reader
from unavoce.collect.plan import store as plan_store
from unavoce.collect.plan.judge import Plan, judge
from unavoce.collect.sources import store as source_store
from unavoce.runtime.postgres import Transaction

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Checker:
    """The plan and the sources of a moment."""

    plan: Plan
    sources: Mapping[int, Source]

    @classmethod
    def now(cls, tx: Transaction) -> Checker:
        """By the newest plan."""
        plan = plan_store.plan_at(tx, plan_store.version(tx))
        return cls(plan, {source.id: source for source in source_store.sources(tx)})

    def read(self, failed: Failed, content: bytes) -> Event | Failure:
        """The content as the event it would be, with the message id and the time it first had; or what is wrong."""
        source = self.sources[failed.source_id]
        row = IntakeRow(0, failed.received_at, failed.source_id, failed.call, content)
        found = list(Reader(lane_of(source)).read(row, source))
        if len(found) != 1:
            raise NotJson(field="content", expected="one call, not a batch")
        event = found[0]
        if isinstance(event, Failure):
            return event
        if failed.message_id:
            event = msgspec.structs.replace(event, message_id=failed.message_id)
        judged = judge(self.plan, [event])
        return judged.blocked[0] if judged.blocked else event

    def verdict(self, failed: Failed, content: bytes) -> Verdict:
        """Whether it would enter, and if not, why."""
        return verdict_of(self.read(failed, content))


def verdict_of(found: Event | Failure) -> Verdict:
    """What was read, as an answer."""
    if isinstance(found, Event):
        return Verdict(passes=True)
    return Verdict(False, found.reason.value, found.detail, found.what, found.faults)


def lane_of(source: Source) -> int:
    """Where an event of a source is sent again: the past stays on the lane of the past."""
    return LANE_IMPORTS if source.kind is SourceKind.IMPORT else LANE_INTERNAL


def again(event: Event) -> bytes:
    """The body that is sent again."""
    return emission.content_of(event)


def object_of(content: str | bytes) -> dict[str, object]:
    """The content as an object; NotJson when it is none."""
    body = content.encode() if isinstance(content, str) else content
    if len(body) > LARGEST_CONTENT:
        raise NotJson(field="content", expected=f"at most {LARGEST_CONTENT} bytes", bytes=len(body))
    try:
        found = _decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise NotJson(field="content", expected="a JSON object", reason=str(error)) from None
    if not isinstance(found, dict):
        raise NotJson(field="content", value=type(found).__name__, expected="a JSON object")
    return found


def text_of(content: Mapping[str, object]) -> bytes:
    """An object as content."""
    return _encode(content)
