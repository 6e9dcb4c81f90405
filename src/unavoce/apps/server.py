"""The web application: every context's routes, what is composed over several, and the console."""

from __future__ import annotations

from fastapi import FastAPI

from unavoce.access import api as access
from unavoce.access import web as access_web
from unavoce.access.wire import Brand as BrandOut
from unavoce.apps import clock, home, sdk_site, site
from unavoce.apps.beside_segments import neighbours
from unavoce.apps.brand import Brand
from unavoce.apps.customers import confirming
from unavoce.apps.customers import web as customers_web
from unavoce.apps.customers.listing import may_see, sight
from unavoce.apps.demo import web as demo_web
from unavoce.apps.described import Described
from unavoce.apps.exports import web as exports_web
from unavoce.apps.follow import Relinker, tell_decisions
from unavoce.apps.imports import web as imports_web
from unavoce.apps.imports.uploads import LARGEST_UPLOAD
from unavoce.apps.live import web as live_web
from unavoce.apps.privacy import believing, tagging
from unavoce.apps.privacy import web as privacy_web
from unavoce.collect import web as collect_web
from unavoce.collect.dialects.registry import PREFIXES
from unavoce.commerce import web as commerce_web
from unavoce.content import web as content_web
from unavoce.decide import web as decide_web
from unavoce.deliver import web as deliver_web
from unavoce.kernel.clock import SystemClock
from unavoce.learn import web as learn_web
from unavoce.profile import web as profile_web
from unavoce.profile.groups import web as groups_web
from unavoce.profile.likeness import web as likeness_web
from unavoce.profile.ruling import web as ruling_web
from unavoce.runtime.bounded import Bounded
from unavoce.runtime.forward import Forward
from unavoce.runtime.http import Door, answer_problems, open_door
from unavoce.runtime.idempotency import Idempotent
from unavoce.runtime.process import ASGI, Receive, Scope, Send
from unavoce.runtime.storable import Storable
from unavoce.segment import api as segment
from unavoce.segment import web as segment_web
from unavoce.segment.computing import web as computing_web
from unavoce.segment.insight import web as insight_web

# A journey with hundreds of steps, or a message with every variant, is a tenth of it.
LARGEST_BODY = 4_000_000


def application(door: Door, brand: Brand, keeper: segment.Keeper) -> ASGI:
    """The API and the console around one open door; the calls of every dialect go on to the collector."""
    app = api(door, brand, keeper)
    local = "127.0.0.1" if door.settings.host in ("0.0.0.0", "::") else door.settings.host
    collector = Forward(f"http://{local}:{door.settings.collector_port}")
    return Behind(app, dict.fromkeys(PREFIXES, collector))


def api(door: Door | None, brand: Brand, keeper: segment.Keeper | None = None) -> FastAPI:
    """The FastAPI application; without a door only for reading its schema."""
    app = Described(title="Unavoce", version="1", docs_url="/docs", redoc_url=None)
    answer_problems(app)
    if door is not None:
        open_door(app, door)
        _guard(app, door)
    shown = BrandOut(name=brand.name, zone=brand.zone, currency=brand.currency, languages=list(brand.languages))
    relinker = Relinker(keeper)
    for router in (
        access_web.routes(shown),
        clock.routes(),
        demo_web.routes(),
        home.routes(brand),
        customers_web.routes(brand),
        live_web.routes(brand),
        collect_web.routes(),
        profile_web.routes(on_links=relinker.follow, may_see=may_see),
        ruling_web.routes(),
        groups_web.routes(may_see),
        likeness_web.routes(on_links=relinker.follow, sight=sight),
        segment_web.routes(tell_decisions),
        computing_web.routes(),
        insight_web.routes(neighbours(brand), tell_decisions),
        content_web.routes(may_see),
        commerce_web.routes(),
        decide_web.routes(),
        deliver_web.routes(),
        learn_web.routes(zone=brand.zone, currency=brand.currency),
        privacy_web.routes(brand),
        sdk_site.routes(),
        tagging.routes(),
        believing.routes(),
        confirming.routes(),
        imports_web.routes(brand),
        exports_web.routes(),
        site.simulator(),
        site.routes(),
    ):
        app.include_router(router)
    return app


def _guard(app: FastAPI, door: Door) -> None:
    """What stands before every route: no body too large, nothing that cannot be stored, no write done twice."""
    # By the wall clock: the demo's own may jump while a request is under way.
    streamed = frozenset({imports_web.UPLOADS})
    app.add_middleware(
        Idempotent,
        postgres=door.postgres,
        clock=SystemClock(),
        who=access.who,
        streamed=streamed,
    )
    app.add_middleware(Storable, prefix="/api/", streamed=streamed)
    app.add_middleware(Bounded, most=LARGEST_BODY, larger={imports_web.UPLOADS: LARGEST_UPLOAD})


class Behind:
    """An app, with some paths answered by other processes."""

    def __init__(self, app: ASGI, elsewhere: dict[str, ASGI]) -> None:
        self._app = app
        self._elsewhere = elsewhere

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = str(scope.get("path", ""))
        for prefix, other in self._elsewhere.items():
            if scope["type"] == "http" and (path == prefix or path.startswith(f"{prefix}/")):
                await other(scope, receive, send)
                return
        await self._app(scope, receive, send)
