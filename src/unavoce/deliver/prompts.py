"""What the store associate is asked to say: kept when decided, looked at again when the customer stands there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from unavoce.collect import api as collect
from unavoce.decide import api as decide
from unavoce.decide.api import IntentState
from unavoce.deliver import events, rules, store
from unavoce.deliver.contract import ReceiptWord
from unavoce.deliver.model import Answer, Message, NoSuchPrompt, Prompt, Receipt
from unavoce.kernel.ids import CustomerId, Iid
from unavoce.profile import api as profile
from unavoce.runtime.postgres import Transaction
from unavoce.runtime.settings import brand_key

# More than an associate would ever say to one customer.
_AT_ONCE = 10
_LATELY = 500
CHANNEL = "store"
_STANDS = frozenset({IntentState.CLAIMED, IntentState.SENT, IntentState.DELIVERED, IntentState.UNKNOWN})
_KEPT_FOR = timedelta(days=14)


def keep(tx: Transaction, message: Message, now: datetime) -> None:
    """Keep a prompt until the customer comes by."""
    store.put_prompt(tx, message, message.metadata.get("store", ""), now + _KEPT_FOR, now)


def customer_with_card(tx: Transaction, card: str) -> CustomerId | None:
    """Whose loyalty card this is; None when nobody's."""
    identifier = profile.identifier_of("loyalty_card", card, brand_key(tx), "")
    if identifier is None:
        return None
    return profile.customers_of(tx, [identifier.iid])[identifier.iid]


def show(tx: Transaction, customer: CustomerId, *, at: str, now: datetime) -> list[Prompt]:
    """What may be said to her in the store `at` now: nothing that was taken back since it was decided."""
    iids: Sequence[Iid] = profile.members_of(tx, [customer]).get(customer, (Iid(customer),))
    found = store.prompts(tx, iids, store=at, now=now, limit=_AT_ONCE)
    live = _standing(tx, iids) if found and not _refused(tx, customer) else set()
    shown = [prompt for prompt in found if prompt.intent in live]
    first = store.show_prompts(tx, [prompt.key for prompt in shown], now)
    messages = store.messages(tx, sorted(first))
    for key in sorted(first):
        store.put_receipt(tx, Receipt(f"{key}:delivered", key, ReceiptWord.DELIVERED, now, {"store": at}), now)
        store.put_word(tx, key, ReceiptWord.DELIVERED)
    collect.emit_all(tx, [events.shown(messages[key], at, now) for key in sorted(first)], now)
    return shown


def _standing(tx: Transaction, iids: Sequence[int]) -> set[int]:
    """Her intents that nobody has taken back."""
    return {each.id for each in decide.intents_of(tx, iids, limit=_LATELY) if each.state in _STANDS}


def _refused(tx: Transaction, customer: CustomerId) -> bool:
    """Whether she wants no prompts in stores."""
    return profile.consents_of(tx, [customer]).get(customer, {}).get((CHANNEL, rules.MARKETING)) == "denied"


def answer(tx: Transaction, key: str, given: Answer, *, at: str, now: datetime) -> Prompt:
    """An associate says what came of a prompt; only its first answer counts."""
    found = store.prompt(tx, key)
    if found is None:
        raise NoSuchPrompt(id=key)
    if given is Answer.SHOWN or not store.answer_prompt(tx, key, given, now):
        return found
    message = store.messages(tx, [key])[key]
    if given is Answer.ACCEPTED:
        store.put_receipt(tx, Receipt(f"{key}:clicked", key, ReceiptWord.CLICKED, now, {"store": at}), now)
        store.put_word(tx, key, ReceiptWord.CLICKED)
    collect.emit_all(tx, [events.answered(message, given, at, now)], now)
    return found
