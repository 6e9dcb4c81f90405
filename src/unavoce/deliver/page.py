"""The two pages that customers themselves see: asking whether to unsubscribe, and saying that it is done."""

from html import escape
from typing import NamedTuple

from unavoce.kernel.language import Language


class _Words(NamedTuple):
    title: str
    ask: str
    button: str
    done: str


_WORDS = {
    Language.EN: _Words(
        "Unsubscribe", "Stop sending messages like this to {to}?", "Unsubscribe",
        "Done. {to} will get no more messages like this.",
    ),
    Language.ZH_HANT: _Words(
        "取消訂閱", "不再寄送這類訊息到 {to}？", "取消訂閱", "已取消訂閱，{to} 不會再收到這類訊息。",
    ),
    Language.ZH_HANS: _Words(
        "取消订阅", "不再向 {to} 发送此类消息？", "退订", "已退订，{to} 不会再收到此类消息。",
    ),
}  # fmt: skip


def ask(language: Language, to: str) -> str:
    """The page with the one button; only pressing it unsubscribes, so that a link checker does not."""
    words = _WORDS[language]
    form = f'<form method="post"><button type="submit">{escape(words.button)}</button></form>'
    return _page(language, words.title, words.ask.format(to=to), form)


def done(language: Language, to: str) -> str:
    """The page that says it is done."""
    words = _WORDS[language]
    return _page(language, words.title, words.done.format(to=to), "")


def masked(to: str) -> str:
    """An address as one may show it to whoever holds the link: enough to recognise one's own."""
    name, at, domain = to.partition("@")
    return f"{name[:2]}…{at}{domain}" if at else f"{to[:2]}…{to[-2:]}"


def _page(language: Language, title: str, said: str, form: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title></head><body><main><h1>{escape(title)}</h1><p>{escape(said)}</p>{form}</main>"
        "</body></html>"
    )
