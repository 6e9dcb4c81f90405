"""What the timers ask of the history."""

from collections.abc import Collection, Mapping

from unavoce.runtime import sql
from unavoce.runtime.clickhouse import Facts

_FACTS = sql.load(__package__, "facts.sql")


def dues(facts: Facts, spans: Mapping[str, Collection[int]], since: int, until: int) -> list[tuple[int, int, str, int]]:
    """(when, whose, of which name, after how long) for what comes due in between; a name of "" is any, with a place."""
    by_name = sorted((name, span) for name, several in spans.items() for span in several if name)
    length, found = until - since, []
    if by_name:
        ago = {(name, number) for name, span in by_name for number in (span // length, span // length + 1)}
        asked = sorted(ago)
        rows = facts.columns(
            _FACTS["dues"], since=since, until=until, names=[name for name, _ in by_name],
            spans=[span for _, span in by_name], asked=[name for name, _ in asked], ago=[number for _, number in asked],
        )  # fmt: skip
        found += list(zip(rows["due"], rows["iid"], rows["name"], rows["span"], strict=True))
    if anywhere := sorted(spans.get("", ())):
        ago_any = sorted({number for span in anywhere for number in (span // length, span // length + 1)})
        rows = facts.columns(_FACTS["dues_of_whereabouts"], since=since, until=until, spans=anywhere, ago=ago_any)
        found += [(due, iid, "", span) for due, iid, span in zip(rows["due"], rows["iid"], rows["span"], strict=True)]
    return found


def ahead(facts: Facts, since: int, until: int) -> list[tuple[int, int]]:
    """(when, whose) of what came ahead of its time and happens in between."""
    rows = facts.columns(_FACTS["ahead"], since=since, until=until)
    return list(zip(rows["due"], rows["iid"], strict=True))
