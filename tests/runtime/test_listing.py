"""A list is read page by page, and no row is missed or seen twice."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from unavoce.kernel.errors import BadInput
from unavoce.kernel.ids import text_of
from unavoce.runtime.listing import Ask, Kind, Listing, asked
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.sql import Query

_FIRST = datetime(2018, 1, 1, tzinfo=UTC)
_BASE = Query(
    "guests", "Guests of these tests.", "SELECT id, name, seen_at, member FROM guest WHERE id > %(low)s", "test"
)
_FIELDS = {"id": Kind.ID, "name": Kind.TEXT, "seen_at": Kind.TIME, "member": Kind.FLAG}


@dataclass(frozen=True, slots=True)
class Guest:
    """A row of these tests."""

    id: int
    name: str
    seen_at: datetime | None
    member: bool


_GUESTS = Listing(_BASE, Guest, _FIELDS, key="id", sort="-seen_at", own=frozenset({"view"}))


@pytest.fixture
def guests(tx: Transaction) -> Transaction:
    """Ten guests; two were never seen, two were seen at the same time."""
    tx.script("CREATE TEMPORARY TABLE guest (id bigint, name text, seen_at timestamptz, member boolean) ON COMMIT DROP")
    names = ["Mei", "mei-ling", "100%", "a_b", "抹茶", "Bo", "Bo", "Cy", "Di", "Ed"]
    seen = [_FIRST + timedelta(days=number // 2) if number < 8 else None for number in range(10)]
    rows = [(number + 1, name, seen[number], number % 2 == 0) for number, name in enumerate(names)]
    tx.copy(Query("c", "c", "COPY guest FROM STDIN", "test"), rows)
    return tx


def ids(guests: Transaction, *filters: tuple[str, str], sort: str = "id") -> list[int]:
    """Which guests a request finds."""
    return [guest.id for guest in _GUESTS.page(guests, Ask(sort=sort, filters=filters), low=0).items]


@pytest.mark.parametrize("sort", ["seen_at", "-seen_at", "name", "-name", "id", "-id", "member"])
@pytest.mark.parametrize("limit", [1, 3, 10])
def test_pages_put_together_are_the_list(guests: Transaction, sort: str, limit: int) -> None:
    whole = [guest.id for guest in _GUESTS.page(guests, Ask(sort=sort), low=0).items]
    page = _GUESTS.page(guests, Ask(sort=sort, limit=limit), low=0)
    read = [guest.id for guest in page.items]
    while page.next:
        page = _GUESTS.page(guests, Ask(sort=sort, limit=limit, cursor=page.next), low=0)
        read += [guest.id for guest in page.items]
    assert read == whole
    assert sorted(read) == list(range(1, 11))


def test_those_never_seen_come_last(guests: Transaction) -> None:
    assert ids(guests, sort="-seen_at")[-2:] == [9, 10]
    assert ids(guests, sort="seen_at")[-2:] == [9, 10]


def test_filters_narrow_the_list(guests: Transaction) -> None:
    assert ids(guests, ("name", "Bo")) == [6, 7]
    assert ids(guests, ("name", "Bo"), ("name", "Cy")) == [6, 7, 8]
    assert ids(guests, ("name.contains", "MEI")) == [1, 2]
    assert ids(guests, ("name.starts", "抹")) == [5]
    assert ids(
        guests, ("member", "true"), ("seen_at.from", "2018-01-02"), ("seen_at.before", "2018-01-04T00:00:00Z")
    ) == [3, 5]
    assert ids(guests, ("id", text_of(4))) == [4]
    assert ids(guests, ("view", "cards")) == list(range(1, 11))
    assert [guest.id for guest in _GUESTS.page(guests, Ask(sort="id"), low=8).items] == [9, 10]


def test_wildcards_in_a_search_are_letters(guests: Transaction) -> None:
    assert ids(guests, ("name.contains", "%")) == [3]
    assert ids(guests, ("name.contains", "_")) == [4]
    assert ids(guests, ("name.contains", "'; DROP TABLE guest --")) == []


@pytest.mark.parametrize(
    "ask",
    [
        Ask(sort="shoe_size"),
        Ask(filters=(("shoe_size", "38"),)),
        Ask(filters=(("name.matches", "x"),)),
        Ask(filters=(("seen_at", "yesterday"),)),
        Ask(filters=(("member", "maybe"),)),
        Ask(filters=(("id", "12"),)),
        Ask(filters=(("seen_at.contains", "2018"),)),
        Ask(cursor="nonsense"),
        Ask(cursor="WzEsMl0"),
    ],
)
def test_what_cannot_be_understood_is_named(guests: Transaction, ask: Ask) -> None:
    with pytest.raises(BadInput) as refused:
        _GUESTS.page(guests, ask, low=0)
    assert refused.value.facts["field"]
    assert refused.value.facts["expected"]


def test_a_cursor_belongs_to_its_sort(guests: Transaction) -> None:
    page = _GUESTS.page(guests, Ask(sort="name", limit=2), low=0)
    with pytest.raises(BadInput):
        _GUESTS.page(guests, Ask(sort="id", limit=2, cursor=page.next), low=0)


def request(query: str) -> Request:
    """A request with this query string."""
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_a_request_is_read() -> None:
    ask = asked(request("sort=-name&limit=7&cursor=abc&name=Bo&name=Cy&seen_at.from=2018-01-01"))
    filters = (("name", "Bo"), ("name", "Cy"), ("seen_at.from", "2018-01-01"))
    assert ask == Ask("-name", 7, "abc", filters)


@pytest.mark.parametrize("limit", ["0", "501", "-1", "many", "１", "99999999999"])
def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    with pytest.raises(BadInput, match="limit"):
        asked(request(f"limit={limit}"))
