"""What stores displayed and mailers showed comes in by store and week, goes on after a restart, and counts once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import polars as pl
import pytest

from tests.apps.conftest import Shop
from tests.apps.test_importing import Diary
from unavoce.apps import importing
from unavoce.apps.imports import exposures
from unavoce.apps.imports.exposures import KIND, ExposureTaker, ShowsNothing
from unavoce.collect.contract import Shown
from unavoce.commerce import api as commerce
from unavoce.runtime import jobs
from unavoce.sources.complete_journey.adapter import CompleteJourney
from unavoce.sources.complete_journey.files import PACKAGE


def took(shop: Shop, name: str = "complete-journey") -> jobs.Job:
    with shop.door.postgres.transaction() as tx:
        job = jobs.ask(tx, KIND, "promotions", jobs.Asker("1", "Olivia"), {"source": name}, shop.clock.now())
    while ExposureTaker(shop.door).step():
        pass
    with shop.door.postgres.transaction() as tx:
        return jobs.job(tx, KIND, job.id)


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CompleteJourney:
    """The year with three displays only; the installed source of this name is taken for it."""
    columns = ["product_id", "store_id", "display_location", "mailer_location", "week"]
    rows = [(1000050, 316, "9", "0", 1), (1000050, 337, "0", "D", 2), (1000092, 316, "A", "Z", 53)]
    pl.DataFrame(rows, schema=columns, orient="row").write_parquet(tmp_path / "promotions.parquet")
    source = CompleteJourney(tmp_path)
    monkeypatch.setattr(importing, "history", lambda name: source)
    return source


def test_displays_come_in_by_store_and_week(shop: Shop, few: CompleteJourney) -> None:
    for _ in range(2):
        done = took(shop)
        assert (done.state, done.outcome["facts"]) == ("done", 3)
    totals = commerce.exposure_totals(shop.door.facts, "complete_journey")
    assert (totals.facts, totals.stores, totals.weeks, totals.products) == (3, 2, 3, 2)
    told = shop.door.facts.tree("SELECT week, display, mailer FROM commerce.v_exposure ORDER BY week")
    assert told["week"] == [date(2016, 12, 26), date(2017, 1, 2), date(2017, 12, 25)]
    assert told["display"] == ["secondary_location", "none", "in_shelf"]
    assert told["mailer"] == ["none", "front_page_feature", "free_on_front_back_or_wrap"]


def test_a_source_without_displays_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "history", lambda name: Diary())
    with pytest.raises(ShowsNothing):
        exposures.source_of("diary")
    failed = took(shop, "diary")
    assert failed.trouble is not None
    assert failed.trouble["code"] == "shows-nothing"


class Torn:
    """Its files break in the middle, once."""

    name = "torn"
    breaks = True

    def exposure_total(self) -> int:
        return 2

    def exposures(self) -> Iterator[Shown]:
        yield Shown(["1"], [date(2017, 1, 2)], ["a"], ["none"], ["none"])
        if self.breaks:
            raise jobs.Interrupted
        yield Shown(["1"], [date(2017, 1, 2)], ["b"], ["none"], ["none"])


def test_what_was_interrupted_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    torn = Torn()
    monkeypatch.setattr(exposures, "source_of", lambda name: torn)
    stopped = took(shop, "torn")
    assert (stopped.state, stopped.progress["batches"]) == ("running", 1)
    torn.breaks = False
    while ExposureTaker(shop.door).step():
        pass
    assert commerce.exposure_totals(shop.door.facts, "torn").facts == 2


@pytest.mark.skipif(find_spec(PACKAGE) is None, reason=f"{PACKAGE} is not installed")
@pytest.mark.long
def test_the_whole_year_of_displays(shop: Shop) -> None:
    done = took(shop)
    assert done.outcome["facts"] == 20_940_529
