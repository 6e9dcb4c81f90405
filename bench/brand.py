"""A made-up brand whose truth is known: three files as a web shop, a till and LINE would export them.

Every record says in `truth` which person it is of; the files do not. Noise, duplicates, shared and masked phones are
drawn from a seed, so the same size always gives the same files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unavoce.kernel.ids import digest16, share

IN_SHOP, IN_TILL, IN_LINE = 0.70, 0.60, 0.50
CARD_TOLD, MEMBER_TOLD, PHONE_BOUND = 0.6, 0.6, 0.95
SECOND_CARD, FAMILY, REPEATED, UNREADABLE = 0.02, 0.01, 0.01, 0.01
_SURNAMES, _GIVEN = "陳林黃張李王吳劉蔡楊許鄭謝郭洪", "美玲志豪婷偉怡君雅文家宏淑芬俊傑惠"


@dataclass(slots=True)
class Brand:
    """The files, the truth of each of their records, and the points that they hold."""

    shop: Path
    till: Path
    line: Path
    people: int
    records: list[tuple[str, str, int]] = field(default_factory=list)
    """(kind of identifier, value, person): each record by the one identifier that is its own."""
    points: int = 0
    bad_points: int = 0


def make(folder: Path, people: int, seed: str = "brand") -> Brand:
    """Write the three files of a brand with so many people."""
    brand = Brand(folder / "91app.csv", folder / "till.csv", folder / "line.csv", people)
    with (
        brand.shop.open("w", encoding="utf-8-sig", newline="") as shop,
        brand.till.open("w", encoding="cp950", newline="") as till,
        brand.line.open("w", encoding="utf-8", newline="") as line,
    ):
        sheets = [csv.writer(file) for file in (shop, till, line)]
        sheets[0].writerow(["會員編號", "會員卡號", "姓名", "手機", "Email", "生日", "剩餘點數", "是否訂閱電子報"])
        sheets[1].writerow(["卡號", "姓名", "電話", "生日", "入會日", "積分", "開卡門市"])
        sheets[2].writerow(["LINE UID", "顯示名稱", "綁定手機", "會員編號", "好友狀態"])
        for number in range(people):
            for sheet, rows in zip(sheets, _Person(number, seed, brand).rows(), strict=True):
                sheet.writerows(rows)
    return brand


class _Person:
    def __init__(self, number: int, seed: str, brand: Brand) -> None:
        self._number, self._seed, self._brand = number, seed, brand
        name = f"{_SURNAMES[self._below('surname', 15)]}{_GIVEN[self._below('a', 15)]}{_GIVEN[self._below('b', 15)]}"
        self._name = name
        # A family shares the phone of its first person.
        whose = number - 1 if number % 2 and self._chance("family") < FAMILY else number
        self._phone = f"9{10_000_000 + whose:08}"
        self._birth = (1950 + self._below("year", 55), 1 + self._below("month", 12), 1 + self._below("day", 28))

    def rows(self) -> tuple[list[Sequence[object]], list[Sequence[object]], list[Sequence[object]]]:
        in_shop, in_till, in_line = (
            self._chance(place) < odds for place, odds in (("shop", IN_SHOP), ("till", IN_TILL), ("line", IN_LINE))
        )
        in_shop = in_shop or not (in_till or in_line)
        cards = [f"T{self._number:07}"] if in_till else []
        if in_till and self._chance("second card") < SECOND_CARD:
            cards.append(f"U{self._number:07}")
        return (
            list(self._shop(cards)) if in_shop else [],
            [row for card in cards for row in self._till(card)],
            list(self._line(in_shop=in_shop)) if in_line else [],
        )

    def _shop(self, cards: Sequence[str]) -> Iterator[Sequence[object]]:
        member = f"M{self._number:07}"
        self._brand.records.append(("user_id", member, self._number))
        card = cards[0] if cards and self._chance("card told") < CARD_TOLD else ""
        email = f"p{self._number}@example.com" if self._chance("has mail") < 0.8 else ""
        email = email.replace("@", " @") if self._chance("space") < 0.02 else email
        points, said = self._points("shop")
        year, month, day = self._birth
        yes = ("是", "否", "")[self._below("edm", 3)]
        row = [member, card, self._name, self._typed("shop"), email, f"{year}/{month}/{day}", said, yes]
        yield from self._once_or_twice(row, "shop", points)

    def _till(self, card: str) -> Iterator[Sequence[object]]:
        self._brand.records.append(("loyalty_card", card, self._number))
        points, said = self._points(card)
        year, month, day = self._birth
        born = f"{year - 1911}/{month:02}/{day:02}"
        row = [card, self._name, self._typed(card), born, "112/05/01", said, f"S{self._below('store', 40):02}"]
        yield from self._once_or_twice(row, card, points)

    def _line(self, *, in_shop: bool) -> Iterator[Sequence[object]]:
        user = f"U{digest16(f'{self._seed} {self._number}'.encode()).hex()}"
        self._brand.records.append(("line_user_id", user, self._number))
        bound = self._typed("line") if self._chance("bound") < PHONE_BOUND else ""
        member = f"M{self._number:07}" if in_shop and self._chance("member told") < MEMBER_TOLD else ""
        yield [user, self._name[1:], bound, member, ("好友", "封鎖")[self._chance("blocked") < 0.2]]

    def _points(self, where: str) -> tuple[int, str]:
        points = self._below(f"points {where}", 3000)
        if self._chance(f"bad points {where}") < UNREADABLE:
            self._brand.bad_points += 1
            return 0, "無資料"
        self._brand.points += points
        return points, f"{points:,}"

    def _once_or_twice(self, row: Sequence[object], where: str, points: int) -> Iterator[Sequence[object]]:
        """Exports tell some rows twice; the same row is the same balance."""
        del points
        yield row
        if self._chance(f"twice {where}") < REPEATED:
            yield row

    def _typed(self, where: str) -> str:
        """The phone as one system or another has hurt it; some are masked or rounded and lost for ever."""
        phone, draw = self._phone, self._chance(f"typed {where}")
        if draw < 0.01:
            return f"0{phone[:3]}***{phone[-3:]}"
        if draw < 0.015:
            return f"{phone[0]}.{phone[1:3]}E+08"
        if draw < 0.15:
            return phone
        if draw < 0.20:
            return f"{phone[0]}.{phone[1:]}E+08"
        if draw < 0.25:
            return f"0{phone}".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        return f"0{phone[:3]}-{phone[3:6]}-{phone[6:]}" if draw < 0.5 else f"0{phone}"

    def _chance(self, what: str) -> float:
        return share(self._seed, self._number, what)

    def _below(self, what: str, most: int) -> int:
        return int(self._chance(what) * most)


@dataclass(frozen=True, slots=True)
class Score:
    """How well records were joined, by pairs."""

    precision: float
    recall: float
    wrong_pairs: int
    missed_pairs: int


def score(records: Sequence[tuple[int, int]]) -> Score:
    """(customer, person) of every record, scored by pairs of records."""
    joined, true, right = _pairs(one for one, _ in records), _pairs(two for _, two in records), _pairs(iter(records))
    return Score(right / joined if joined else 1.0, right / true if true else 1.0, joined - right, true - right)


def _pairs(keys: Iterator[object]) -> int:
    counts: dict[object, int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return sum(n * (n - 1) // 2 for n in counts.values())
