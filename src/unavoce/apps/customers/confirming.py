"""Asking twice: the event that carries the link, and the page where a customer says yes for the second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from unavoce.access.api import public
from unavoce.collect import api as collect
from unavoce.collect.api import Emission, Event
from unavoce.kernel.language import Language
from unavoce.profile import api as profile
from unavoce.profile.api import Interned, Question
from unavoce.runtime.http import Door, door
from unavoce.runtime.postgres import Transaction

Here = Annotated[Door, Depends(door)]
ASKED = "Consent Confirmation Requested"
"""The event that a journey answers with a message; its property `confirm_url` is the link."""
_YES = frozenset({"Consent Granted", "Subscribed"})
_ADDRESSES = {"email": "email", "sms": "phone", "line": "line_user_id"}
_FRESH = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class _Words(NamedTuple):
    title: str
    ask: str
    button: str
    done: str


_WORDS = {
    Language.EN: _Words(
        "Please confirm", "May we send you news and offers at {to}?", "Yes, please", "Thank you. {to} is confirmed."
    ),
    Language.ZH_HANT: _Words(
        "請確認", "您同意我們將最新消息與優惠寄到 {to} 嗎？", "我同意", "謝謝您，{to} 已確認。"
    ),
    Language.ZH_HANS: _Words(
        "请确认", "您同意我们向 {to} 发送最新消息和优惠吗？", "我同意", "谢谢，{to} 已确认。"
    ),
}  # fmt: skip


def questions(
    tx: Transaction, events: Sequence[Event], iids: Sequence[Interned], *, secret: bytes, base: str, now: datetime
) -> list[Emission]:
    """For every yes on a channel where the brand asks twice, the event that carries the confirming link."""
    spoken = [(event, who) for event, who in zip(events, iids, strict=True) if event.name in _YES and who.identifiers]
    rules = profile.consent_rules(tx) if spoken else []
    found = []
    for event, who in spoken if rules else []:
        channel = str(event.properties.get("channel") or "").strip().lower()
        until = profile.link_until(rules, channel, now)
        to = next((one for one in who.identifiers if one.kind == _ADDRESSES.get(channel)), who.identifiers[0])
        if until is not None:
            purpose = str(event.properties.get("purpose") or "marketing").strip().lower()
            token = profile.link_token(secret, Question(to.kind, to.value, channel, purpose, until))
            said = {"channel": channel, "purpose": purpose, "confirm_url": f"{base}/c/{token}"}
            id_ = f"confirm-{event.message_id}"
            found.append(Emission(ASKED, [(one.kind, one.value) for one in who.identifiers], said, event.at, id_))
    return found


def routes() -> APIRouter:
    """The page a customer comes to by the link."""
    router = APIRouter(tags=["public"])

    @router.get("/c/{token}", dependencies=[public()], include_in_schema=False)
    def ask(token: str, request: Request, here: Here) -> HTMLResponse:
        """Asks once more; looking at it changes nothing, so that a link checker does not agree for her."""
        question = profile.read_token(here.settings.secret(), token, here.clock.now())
        words, language = _words(request)
        form = f'<form method="post"><button type="submit">{escape(words.button)}</button></form>'
        return HTMLResponse(
            _page(language, words.title, words.ask.format(to=_short(question.value)), form), headers=_FRESH
        )

    @router.post("/c/{token}", dependencies=[public()], include_in_schema=False)
    def confirm(token: str, request: Request, here: Here) -> HTMLResponse:
        """She says yes for the second time."""
        now = here.clock.now()
        question = profile.read_token(here.settings.secret(), token, now)
        with here.postgres.transaction() as tx:
            said = {
                "channel": question.channel,
                "purpose": question.purpose,
                "evidence": f"link good until {question.until}",
            }
            collect.emit(
                tx, "Consent Confirmed", [(question.kind, question.value)], said, now, f"confirmed-{token[:40]}", now
            )
        words, language = _words(request)
        return HTMLResponse(
            _page(language, words.title, words.done.format(to=_short(question.value)), ""), headers=_FRESH
        )

    return router


def _words(request: Request) -> tuple[_Words, Language]:
    asked = request.headers.get("accept-language", "").lower()
    traditional = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")
    language = Language.EN
    if asked.startswith("zh"):
        language = Language.ZH_HANT if asked.startswith(traditional) else Language.ZH_HANS
    return _WORDS[language], language


def _short(value: str) -> str:
    name, at, domain = value.partition("@")
    return f"{name[:2]}…{at}{domain}" if at else f"…{value[-3:]}"


def _page(language: Language, title: str, said: str, form: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1><p>{escape(said)}</p>{form}</main>"
        "</body></html>"
    )
