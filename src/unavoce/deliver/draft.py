"""From intents to messages that can be handed over: address, language, words, links."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

import msgspec

from unavoce.commerce import api as commerce
from unavoce.content import api as content
from unavoce.decide.api import Intent
from unavoce.deliver import registry, rules, store
from unavoce.deliver.contract import Capabilities, ChannelSettings
from unavoce.deliver.model import AddressState, Link, Message, State
from unavoce.kernel import language
from unavoce.kernel.errors import Refusal
from unavoce.kernel.ids import Iid, text_of
from unavoce.kernel.money import Money
from unavoce.profile import api as profile
from unavoce.runtime.postgres import Transaction

# Which identifier speaks for a customer where the channel itself needs none: what people gave before what machines set.
_SPEAKS_FOR_HER = ("user_id", "loyalty_card", "email", "phone", "line_user_id", "anonymous_id")
ONE_CLICK = "List-Unsubscribe=One-Click"
UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Desk:
    """What one round of sending goes by."""

    now: datetime
    secret: bytes
    base: str
    """Our public address, for links."""
    settings: Mapping[str, ChannelSettings]
    """Of the channels that are connected."""


@dataclass(slots=True)
class Drafts:
    """Messages ready to be written down and handed over, and the intents that cannot be, each with its reason."""

    messages: list[Message] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Her:
    """What is known of one customer."""

    traits: Mapping[str, object]
    addresses: Mapping[str, Sequence[str]]

    @property
    def speaks(self) -> language.Language:
        """The language to write to her in; the brand's English when she never said."""
        return language.of_tag(str(self.traits.get("language", ""))) or language.Language.EN

    @property
    def known_by(self) -> tuple[str, str]:
        """The identifier that speaks for her."""
        kind = next((kind for kind in _SPEAKS_FOR_HER if self.addresses.get(kind)), "")
        return kind, self.addresses[kind][0] if kind else ""


@dataclass(frozen=True, slots=True)
class _Shop:
    """What the messages of one round are made of."""

    press: content.Press
    products: Mapping[str, commerce.Product]


def draft(tx: Transaction, intents: Sequence[Intent], desk: Desk) -> Drafts:
    """Write the messages of some intents, none of which has been drafted before."""
    customers = profile.customers_of(tx, {Iid(intent.iid) for intent in intents})
    everyone = set(customers.values())
    traits, addresses = profile.traits_of(tx, everyone), profile.addresses_of(tx, everyone)
    women = {each: _Her(traits.get(each, {}), addresses.get(each, {})) for each in everyone}
    closed = _closed(tx, intents, {intent.id: women[customers[Iid(intent.iid)]] for intent in intents})
    shop = _Shop(
        content.press(tx, [intent.message for intent in intents if intent.message]),
        commerce.products(tx, {intent.products[0] for intent in intents if intent.products}),
    )
    found = Drafts()
    for intent in intents:
        her = women[customers[Iid(intent.iid)]]
        try:
            message, links = _drafted(shop, intent, her, closed[intent.channel], desk)
        except Refusal as refusal:
            found.failed[intent.id] = refusal.detail
            continue
        if message is None:
            found.failed[intent.id] = UNREACHABLE
            continue
        found.messages.append(message)
        found.links += links
    found.messages = _bundled(found.messages, {link.key for link in found.links})
    return found


def _closed(tx: Transaction, intents: Sequence[Intent], whose: Mapping[int, _Her]) -> dict[str, set[str]]:
    """The addresses on each channel that nobody may write to: bounced or complained."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for intent in intents:
        kind = registry.channel(intent.channel).capabilities.address
        wanted[intent.channel].update(whose[intent.id].addresses.get(kind or "", ()))
    return {
        channel: {
            address
            for address, states in store.closed_addresses(tx, channel, addresses).items()
            if states & {AddressState.BOUNCED, AddressState.COMPLAINED}
        }
        for channel, addresses in wanted.items()
    }


def _drafted(shop: _Shop, intent: Intent, her: _Her, closed: set[str], desk: Desk) -> tuple[Message | None, list[Link]]:
    capabilities = registry.channel(intent.channel).capabilities
    kind, to = _address(capabilities, her, closed)
    if not to and capabilities.address and not intent.detail.get("url"):
        return None, []
    blank = _blank(intent, kind, to, her, desk)
    if intent.op != "send":
        return replace(blank, metadata=_row(intent, her)), []
    if not intent.message:
        return replace(blank, body=_json(intent.detail.get("body", {})), metadata=_call(intent)), []
    return _worded(shop, intent, her, blank, capabilities, desk)


def _address(capabilities: Capabilities, her: _Her, closed: set[str]) -> tuple[str, str]:
    kind = capabilities.address
    if kind is None:
        return her.known_by
    return kind, next((address for address in her.addresses.get(kind, ()) if address not in closed), "")


def _blank(intent: Intent, kind: str, to: str, her: _Her, desk: Desk) -> Message:
    return Message(
        key=intent.key, intent=intent.id, op=intent.op, iid=intent.iid, channel=intent.channel, message=intent.message,
        audience=intent.audience, journey=intent.journey, version=intent.version, step=intent.step,
        purpose=intent.purpose, category=intent.category, products=list(intent.products), language=her.speaks,
        to_kind=kind, to_address=to, subject="", body="", html="", blocks=[], headers={}, metadata={},
        token=rules.token_of(desk.secret, intent.key), bundle=None, state=State.HANDING, attempts=1,
        first_handed_at=desk.now, handed_at=desk.now,
    )  # fmt: skip


def _worded(
    shop: _Shop, intent: Intent, her: _Her, blank: Message, capabilities: Capabilities, desk: Desk
) -> tuple[Message, list[Link]]:
    leave = f"{desk.base}/u/{blank.token}"
    facts = shop.press.facts(traits=her.traits, event=intent.event, products=intent.products, unsubscribe_url=leave,
                             catalogue_entry=_product(shop, intent))  # fmt: skip
    said = shop.press.render(intent.message, intent.channel, her.speaks, facts)
    parts = rules.Tracked(said.text, said.html, [dict(block) for block in said.blocks], [])
    if capabilities.tracks:
        parts = rules.tracked(key=blank.key, token=blank.token, base=desk.base, keep=leave, text=said.text,
                              html=said.html if capabilities.html else "", blocks=said.blocks)  # fmt: skip
    headers = _headers(intent, leave) if capabilities.unsubscribe else {}
    message = replace(blank, subject=said.subject, body=parts.text, html=parts.html, blocks=parts.blocks,
                      headers=headers, metadata=_about(intent), language=said.language)  # fmt: skip
    return message, parts.links


def _product(shop: _Shop, intent: Intent) -> dict[str, object]:
    """What the catalogue says of the product it is about, in the words of templates."""
    found = shop.products.get(intent.products[0]) if intent.products else None
    if found is None:
        return {}
    price = Money(found.price_minor, found.currency).major if found.price_minor is not None and found.currency else None
    said = {"id": found.id, "name": found.name, "category": found.category, "price": price, "image": found.image,
            "url": found.url}  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def _headers(intent: Intent, leave: str) -> dict[str, str]:
    automatic = {"Auto-Submitted": "auto-generated", "Feedback-ID": f"{intent.journey}:{intent.message}:unavoce"}
    if intent.purpose == rules.TRANSACTIONAL:
        return automatic
    return automatic | {
        "List-Unsubscribe": f"<{leave}>",
        "List-Unsubscribe-Post": ONE_CLICK,
        "List-Id": f"<{intent.category or 'news'}.unavoce>",
        "Precedence": "bulk",
    }


def _about(intent: Intent) -> dict[str, str]:
    about = {"message": intent.message, "journey": intent.journey, "step": intent.step, "purpose": intent.purpose}
    return {name: value for name, value in about.items() if value}


def _row(intent: Intent, her: _Her) -> dict[str, str]:
    return {"audience": intent.audience, "op": intent.op, "member": text_of(intent.iid), **rules.hashed(her.addresses)}


def _call(intent: Intent) -> dict[str, str]:
    return _about(intent) | {"url": str(intent.detail.get("url", ""))}


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _bundled(messages: Sequence[Message], personal: set[str]) -> list[Message]:
    """Give messages with the very same words a common bundle where their channel reaches many with one call."""
    alike: dict[tuple[str, ...], list[Message]] = defaultdict(list)
    for message in messages:
        many = registry.channel(message.channel).capabilities.same_to_many > 1 and message.key not in personal
        words = (message.channel, message.subject, message.body, message.html, _json(message.blocks))
        alike[words if many else (message.key,)].append(message)
    return [member for group in alike.values() for member in _cut(group)]


def _cut(group: Sequence[Message]) -> list[Message]:
    most = registry.channel(group[0].channel).capabilities.same_to_many
    found: list[Message] = []
    for start in range(0, len(group), most):
        some = group[start : start + most]
        name = sha256("".join(sorted(each.key for each in some)).encode()).hexdigest()[:32]
        found += [replace(each, bundle=name) for each in some] if len(some) > 1 else list(some)
    return found
