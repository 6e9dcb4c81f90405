"""Lists of identifiers that somebody uploads; who is on one is looked up by identifier, so it follows merges."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from unavoce.kernel.ids import Iid
from unavoce.runtime.clickhouse import Facts
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.segment import keeping, rules
from unavoce.segment import store as segments
from unavoce.segment.conditions import Condition, InList
from unavoce.segment.insight import store
from unavoce.segment.insight.model import BadLine, BadList, Entry, ListRow, NoSuchList
from unavoce.segment.model import CauseKind

Interns = Callable[[str, str], Iid | None]
"""The number of an identifier of this kind and value, or None when it identifies nobody."""

_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,62}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+?[\d\s().-]{7,20}")
MOST_LINES = 500_000
SHOWN = 50
"""So many of the lines that could not be used, and of those nobody is known by, are shown."""

_HEADS = {
    "email": "email", "e-mail": "email", "mail": "email", "電子郵件": "email", "电子邮箱": "email", "邮箱": "email",
    "phone": "phone", "mobile": "phone", "手機": "phone", "电话": "phone", "手机": "phone", "電話": "phone",
    "user_id": "user_id", "userid": "user_id", "id": "user_id", "loyalty_card": "loyalty_card", "card": "loyalty_card",
    "會員卡": "loyalty_card", "会员卡": "loyalty_card", "line_user_id": "line_user_id", "line": "line_user_id",
    "wechat_openid": "wechat_openid", "wechat_unionid": "wechat_unionid", "anonymous_id": "anonymous_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody uploads: text of one identifier a line, or a table with kinds for heads."""

    key: str
    name: str
    text: str
    kind: str | None = None
    """The kind of all of them; without one it is told by a head or by how each looks."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an upload."""

    list: ListRow
    repeated: int
    unusable: int
    bad: Sequence[BadLine]
    unmatched: int
    strangers: Sequence[Entry]
    """Some of those who are on the list but whom nobody has met; they are in as soon as they are met."""


def upload(
    postgres: Postgres,
    facts: Facts,
    wanted: Upload,
    interns: Interns,
    by: str,
    now: datetime,
    then: keeping.Then | None,
) -> Report:
    """Put a list in place of what was under its key, and look at everybody for the segments that name it."""
    _check(wanted)
    good: dict[Iid, Entry] = {}
    bad: list[BadLine] = []
    repeated = 0
    for entry in entries(wanted):
        iid = interns(entry.kind, entry.value)
        if iid is None:
            bad.append(BadLine(entry.line, entry.value[:80], f"no {entry.kind}"))
        elif iid in good:
            repeated += 1
        else:
            good[iid] = entry
    if not good:
        raise BadList(field="text", value=wanted.text[:80], expected="at least one identifier that can be used")
    with postgres.transaction() as tx:
        store.put_list(tx, wanted.key, wanted.name, {iid: one.kind for iid, one in good.items()}, by, now)
        unknown = store.unknown_among(tx, good.keys())
    follow(postgres, facts, wanted.key, now, then)
    strangers = [entry for iid, entry in good.items() if iid in unknown]
    with postgres.transaction() as tx:
        row = one(tx, wanted.key)
    return Report(row, repeated, len(bad), bad[:SHOWN], len(strangers), strangers[:SHOWN])


def follow(postgres: Postgres, facts: Facts, key: str, now: datetime, then: keeping.Then | None) -> None:
    """Copy the list and compare everybody with the segments that name it, themselves or through others."""
    with postgres.transaction() as tx:
        segments.lock(tx)
        store.copy_lists(tx, facts)
        told = keeping.program(tx).only(lambda _, condition: key in named(condition))
        flips = keeping.look_at_everybody(tx, facts, told, now, CauseKind.DEFINITION)
        if then is not None and flips:
            then(tx, flips)


def catch_up(postgres: Postgres, facts: Facts) -> None:
    """Copy what a crash kept from being copied; everybody is then looked at with the next sweep."""
    with postgres.transaction() as tx:
        if store.copy_lists(tx, facts):
            segments.look_again(tx)


def one(tx: Transaction, key: str) -> ListRow:
    """One list, or NoSuchList."""
    found = store.lists(tx, key)
    if not found:
        raise NoSuchList(key=key)
    return found[0]


def named(condition: Condition) -> frozenset[str]:
    """The lists that a definition names."""
    return frozenset(part.id for _, _, part in rules.walk(condition) if isinstance(part, InList))


def entries(wanted: Upload) -> Iterator[Entry]:
    """Every identifier of an upload with its line and kind."""
    rows = _rows(wanted.text)
    heads = [_HEADS.get(cell.strip().lower()) for cell in rows[0][1]] if rows else []
    if any(heads):
        yield from _by_head(rows[1:], heads)
        return
    for line, cells in rows:
        for value in filter(None, map(str.strip, cells)):
            yield Entry(line, wanted.kind or _guessed(value), value)


def _by_head(rows: Sequence[tuple[int, list[str]]], heads: Sequence[str | None]) -> Iterator[Entry]:
    for line, cells in rows:
        for kind, cell in zip(heads, cells, strict=False):
            if kind is not None and cell.strip():
                yield Entry(line, kind, cell.strip())


def _rows(text: str) -> list[tuple[int, list[str]]]:
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadList(field="text", value=f"line {reader.line_num}", expected=f"CSV ({error})") from error
    if len(rows) > MOST_LINES:
        raise BadList(field="text", value=f"{len(rows)} lines", expected=f"at most {MOST_LINES} lines")
    return rows


def _guessed(value: str) -> str:
    if _EMAIL.fullmatch(value):
        return "email"
    return "phone" if _PHONE.fullmatch(value) else "user_id"


def _check(wanted: Upload) -> None:
    if not _KEY.fullmatch(wanted.key):
        raise BadList(field="key", value=wanted.key[:80], expected="lowercase letters, digits, - and _, at most 63")
    if not 1 <= len(wanted.name.strip()) <= 200:
        raise BadList(field="name", value=wanted.name[:80], expected="a name of 1 to 200 characters")
    if wanted.kind is not None and not _KIND.fullmatch(wanted.kind):
        raise BadList(field="kind", value=wanted.kind[:80], expected="a kind of identifier, like email")
    if not wanted.text.strip():
        raise BadList(field="text", expected="one identifier a line")
