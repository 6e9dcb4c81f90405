"""From a variant and what is known to the words one customer gets."""

from collections.abc import Mapping
from html import escape

from unavoce.content import templates
from unavoce.content.model import Brand, Rendered, TooLong, Variant

_LINE_LONGEST = 5_000
_LEAVE = {"en": "Unsubscribe", "zh-Hans": "退订", "zh-Hant": "取消訂閱"}


def filled(
    variant: Variant, channel: str, language: str, facts: Mapping[str, object], brand: Brand, *, marketing: bool
) -> Rendered:
    """The variant filled in for one customer, with the brand's footer where the channel has one."""
    subject = " ".join(templates.render(variant.subject, facts, field="subject").split())
    text = templates.render(variant.text, facts, field="text").strip()
    blocks = tuple(
        {
            name: templates.render(value, facts, field=f"blocks.{name}")
            for name in ("type", "text", "url", "alt")
            if (value := str(getattr(block, name)))
        }
        for block in variant.blocks
    )
    if channel == "line" and len(text) > _LINE_LONGEST:
        raise TooLong(field="text", value=len(text), expected=f"at most {_LINE_LONGEST} characters")
    html = ""
    if channel == "email":
        html, text = _mail(variant, language, facts, brand, text=text, marketing=marketing)
    return Rendered(subject, text, html, blocks, language)


def _mail(
    variant: Variant, language: str, facts: Mapping[str, object], brand: Brand, *, text: str, marketing: bool
) -> tuple[str, str]:
    inner = templates.render(variant.html, facts, html=True, field="html") if variant.html else paragraphs(text)
    legal = brand.legal.get(language, "")
    leave = str(facts.get("unsubscribe_url") or "") if marketing else ""
    own_way_out = "unsubscribe_url" in variant.html + variant.text
    foot_html = f"<p>{escape(legal)}</p>" if legal else ""
    foot_text = f"\n\n{legal}" if legal else ""
    if leave and not own_way_out:
        word = _LEAVE.get(language, _LEAVE["en"])
        foot_html += f'<p><a href="{escape(leave)}">{word}</a></p>'
        foot_text += f"\n{word}: {leave}"
    return _page(inner, foot_html, language, brand), text + foot_text


def paragraphs(text: str) -> str:
    """Plain text as HTML paragraphs."""
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n") if part.strip())


def _page(inner: str, foot: str, language: str, brand: Brand) -> str:
    style = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans CJK TC',sans-serif;color:#1d2524;line-height:1.6"
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body style="margin:0;background:#f5f7f6"><div style="max-width:560px;margin:0 auto;padding:24px;{style}">'
        f'<div style="font-weight:600;color:{escape(brand.colour)};padding-bottom:16px">{escape(brand.name)}</div>'
        f'<div style="background:#ffffff;border-radius:8px;padding:24px">{inner}</div>'
        f'<div style="font-size:12px;color:#6b7775;padding:16px 8px">{foot}</div></div></body></html>'
    )
