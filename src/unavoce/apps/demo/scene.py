"""The demo brand before the curtain rises: its clock, people, stores, products, sources, channels and program."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from unavoce.access import api as access
from unavoce.apps.brand import REGION
from unavoce.apps.clock import set_offset
from unavoce.apps.demo.plot import PRODUCTS, STORE, STORE_NAME
from unavoce.apps.simulator import store as simulator
from unavoce.apps.simulator.model import Setup
from unavoce.collect import api as collect
from unavoce.commerce import api as commerce
from unavoce.content import api as content
from unavoce.deliver import api as deliver
from unavoce.kernel.clock import SystemClock
from unavoce.runtime.postgres import Postgres, Transaction
from unavoce.runtime.settings import Settings, keep_setting

# Midnight of the demo's first day in the brand's zone: the imported year is over, nothing has lapsed yet.
FIRST_DAY = datetime(2018, 1, 1, 5, tzinfo=UTC)
ZONE, CURRENCY, OWNER = "America/New_York", "USD", "owner@example.com"
SOURCES = {"web": "Website", "app": "App", "till": "Store tills"}


@dataclass(frozen=True, slots=True)
class Cast:
    """What the demo must remember: the owner's password, and the secrets both sides of the simulator share."""

    password: str
    line_token: str
    line_secret: str
    ads_token: str
    write_keys: dict[str, str]


def wind_clock(settings: Settings) -> None:
    """Start the demo brand's clock on its first day, the first time."""
    if not settings.clock_file.exists():
        settings.folder.mkdir(parents=True, exist_ok=True)
        set_offset(settings.clock_file, FIRST_DAY - SystemClock().now())


def brand(tx: Transaction, now: datetime) -> None:
    """The demo's brand kit; before anything reads it."""
    content.put_brand(tx, {"name": "Unavoce Demo", "zone": ZONE, "currency": CURRENCY}, now)
    keep_setting(tx, REGION, "TW")


def set_up(postgres: Postgres, settings: Settings) -> Cast:
    """Put everything in its place; doing it again changes nothing."""
    cast = _cast(settings.folder / "demo.json")
    now = settings.clock().now()
    with postgres.transaction() as tx:
        owner = access.ensure_owner(tx, OWNER, cast.password, "Demo owner")
        keys = {key: _source(tx, key, name) for key, name in SOURCES.items()}
        cast = replace(cast, write_keys=keys)
        _shelves(tx, now)
        _channels(tx, settings, cast, owner.id, now)
    return cast


def give_devices(postgres: Postgres, settings: Settings, cast: Cast, engine_key: str) -> None:
    """Tell the simulated phones, mailboxes and tills how the brand is reached."""
    with postgres.transaction() as tx:
        known = simulator.setup(tx)
        simulator.put_setup(tx, _setup(settings, cast, engine_key or (known.engine_key if known else "")))


def have_key(postgres: Postgres) -> bool:
    """Whether the tills have an API key already."""
    with postgres.transaction() as tx:
        known = simulator.setup(tx)
    return known is not None and bool(known.engine_key)


def _cast(file: Path) -> Cast:
    if file.exists():
        return Cast(**json.loads(file.read_text("utf-8")))
    password, line_token, line_secret, ads_token = (secrets.token_urlsafe(16) for _ in range(4))
    made = Cast(password, line_token, line_secret, ads_token, {})
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(made)), "utf-8")
    return made


def _source(tx: Transaction, key: str, name: str) -> str:
    kind = collect.SourceKind.SERVER if key == "till" else collect.SourceKind.WEB
    return collect.ensure_source(tx, key, name, kind).write_key or ""


def _shelves(tx: Transaction, now: datetime) -> None:
    commerce.put_products(
        tx,
        [
            commerce.Product(
                id=one.id, name=one.name, category=one.category, price_minor=one.price_minor, currency=CURRENCY
            )
            for one in PRODUCTS
        ],
        now,
    )
    commerce.put_stores(tx, [commerce.Store(key=STORE, name=STORE_NAME, region="taiwan")], now)
    places = [
        access.Place("taiwan", None, access.PlaceKind.REGION, "Taiwan"),
        access.Place(STORE, "taiwan", access.PlaceKind.STORE, STORE_NAME),
    ]
    access.put_places(tx, places)


def _channels(tx: Transaction, settings: Settings, cast: Cast, owner: str, now: datetime) -> None:
    sandbox = f"http://127.0.0.1:{settings.simulator_port}"
    mail: dict[str, object] = {
        "host": "127.0.0.1",
        "port": settings.smtp_sink_port,
        "security": "none",
        "from_address": "hello@unavoce.example",
        "from_name": "Unavoce Demo",
    }
    line: dict[str, object] = {
        "base_url": f"{sandbox}/line",
        "channel_access_token": cast.line_token,
        "channel_secret": cast.line_secret,
    }
    ads: dict[str, object] = {"url": f"{sandbox}/ads/rows", "token": cast.ads_token}
    everything: dict[str, dict[str, object]] = {"email": mail, "line": line, "ads": ads, "store": {}}
    for channel, given in everything.items():
        deliver.connect(tx, channel, given, settings=settings, by=owner, now=now)


def _setup(settings: Settings, cast: Cast, engine_key: str) -> Setup:
    return Setup(
        engine_url=f"http://127.0.0.1:{settings.port}",
        collector_url=f"http://127.0.0.1:{settings.collector_port}",
        line_token=cast.line_token,
        line_secret=cast.line_secret,
        ads_token=cast.ads_token,
        till_write_key=cast.write_keys["till"],
        engine_key=engine_key,
        currency=CURRENCY,
    )
