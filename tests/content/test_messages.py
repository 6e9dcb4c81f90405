"""Messages: what may be published, and the words a customer gets."""

from datetime import datetime

import pytest

from unavoce.apps.demo.messages import MESSAGES
from unavoce.content import api, letters, rules, templates
from unavoce.content.model import (
    BadMessage,
    BadTemplate,
    Brand,
    Catalogue,
    ForbiddenTag,
    MissingLanguage,
    MissingValue,
    NoSuchMessage,
    NoVariant,
    TooMuch,
    UnknownFilter,
    UnknownVariable,
    Variant,
)
from unavoce.kernel.clock import FixedClock
from unavoce.kernel.language import Language
from unavoce.runtime.postgres import Transaction

ENGLISH = Brand(languages=("en",))


def _message(text: str, *, channel: str = "line", **more: object) -> api.Message:
    return api.read(
        {"key": "hello", "name": {"en": "Hello"}, "variants": {channel: {"en": {"text": text, "subject": "Hi"}}}} | more
    )


def test_a_misspelt_trait_is_refused_with_the_right_one() -> None:
    with pytest.raises(UnknownVariable) as refused:
        rules.check(_message("Hi {{ customer.frist_name }}"), Catalogue(), ENGLISH)
    assert refused.value.facts["variable"] == "customer.frist_name"
    assert refused.value.facts["perhaps"] == "first_name"
    assert refused.value.facts["field"] == "variants.line.en.text"


def test_a_variable_in_an_untaken_branch_is_found_too() -> None:
    text = "{% if customer.name %}Hi{% else %}{{ product.prize }}{% endif %}"
    with pytest.raises(UnknownVariable):
        rules.check(_message(text), Catalogue(), ENGLISH)


def test_a_trait_somebody_has_is_known() -> None:
    text = "{{ customer.favourite_tea | default: 'tea' }}"
    with pytest.raises(UnknownVariable):
        rules.check(_message(text), Catalogue(), ENGLISH)
    rules.check(_message(text), Catalogue(traits=frozenset({"favourite_tea"})), ENGLISH)


def test_the_triggers_properties_are_known_and_no_others() -> None:
    rules.check(_message("{{ event.order_id }}", trigger="Order Completed"), Catalogue(), ENGLISH)
    with pytest.raises(UnknownVariable):
        rules.check(_message("{{ event.order_id }}", trigger="Product Added"), Catalogue(), ENGLISH)
    rules.check(_message("{{ event.size }}", trigger="Fitted"), Catalogue(properties=frozenset({"size"})), ENGLISH)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("{{ customer.name ", BadTemplate),
        ("{% if customer.name %}", BadTemplate),
        ("{{ customer.name | shout }}", UnknownFilter),
        ("{% include 'secrets' %}", ForbiddenTag),
        ("{% render 'secrets' %}", ForbiddenTag),
        ("{{ secrets.key }}", UnknownVariable),
    ],
)
def test_a_broken_template_is_refused(text: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        rules.check(_message(text), Catalogue(), ENGLISH)


def test_a_field_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(BadMessage) as refused:
        api.read({"key": "a", "name": {"en": "A"}, "variants": {"line": {"en": {"txt": "Hi"}}}})
    assert "variants" in str(refused.value.facts["field"])


def test_every_language_the_brand_speaks_is_there_or_has_a_stand_in() -> None:
    three = Brand(languages=("en", "zh-Hans", "zh-Hant"))
    rules.check(_message("Hi"), Catalogue(), three)
    with pytest.raises(MissingLanguage) as refused:
        rules.check(_message("Hi", fallback={"zh-Hant": ["zh-Hans"]}), Catalogue(), three)
    assert refused.value.facts["language"] in ("zh-Hans", "zh-Hant")


def test_traditional_falls_back_to_simplified_before_english() -> None:
    message = api.read(
        {
            "key": "a",
            "name": {"en": "A"},
            "variants": {"line": {"en": {"text": "Hi"}, "zh-Hans": {"text": "您好"}}},
        }
    )
    assert rules.variant_for(message, Brand(), "line", "zh-Hant")[0] == "zh-Hans"
    with pytest.raises(NoVariant):
        rules.variant_for(message, Brand(), "email", "en")


def test_a_missing_value_must_be_expected() -> None:
    assert templates.render("{{ customer.name | default: 'friend' }}", {"customer": {}}) == "friend"
    assert templates.render("{% if customer.name %}yes{% else %}no{% endif %}", {"customer": {}}) == "no"
    assert templates.render("{{ event.url | default: brand.url }}", {"event": {}, "brand": {"url": ""}}) == ""
    with pytest.raises(MissingValue) as refused:
        templates.render("Hi {{ customer.name }}", {"customer": {}}, field="text")
    assert "name" in str(refused.value.facts["variable"])


@pytest.mark.parametrize(
    "source",
    [
        "{% for i in (1..1000000000) %}x{% endfor %}",
        "{% for i in (1..4000) %}{% for j in (1..4000) %}x{% endfor %}{% endfor %}",
        "{% assign a = 'xxxxxxxxxx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
    ],
)
def test_a_template_cannot_eat_the_machine(source: str) -> None:
    with pytest.raises(TooMuch):
        templates.render(source, {})


def test_what_is_filled_into_html_is_escaped() -> None:
    variant = Variant(text="Hi {{ customer.name }}", html="<p>{{ customer.name }}</p>", subject="A\r\nBcc: x")
    said = letters.filled(variant, "email", "en", {"customer": {"name": "<script>"}}, Brand(), marketing=False)
    assert "<script>" not in said.html
    assert "&lt;script&gt;" in said.html
    assert said.subject == "A Bcc: x"


def test_a_marketing_mail_always_has_a_way_out_and_the_legal_footer() -> None:
    kit = Brand(legal={"zh-Hant": "範例路 1 號"})
    facts = {"unsubscribe_url": "https://x.example/u/1"}
    said = letters.filled(Variant(text="您好"), "email", "zh-Hant", facts, kit, marketing=True)
    assert "取消訂閱" in said.html
    assert "https://x.example/u/1" in said.text
    assert "範例路 1 號" in said.html
    transactional = letters.filled(Variant(text="您好"), "email", "zh-Hant", facts, kit, marketing=False)
    assert "https://x.example/u/1" not in transactional.html


@pytest.mark.parametrize(
    ("text", "segments"),
    [("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("您" * 70, 1), ("您" * 71, 2), ("😀" * 36, 2)],
)
def test_short_messages_are_counted_as_they_are_paid(text: str, segments: int) -> None:
    assert rules.sms_segments(text) == segments


def test_the_examples_of_the_demo_can_be_published_and_read_in_every_language(
    tx: Transaction, clock: FixedClock
) -> None:
    api.put_brand(tx, {"name": "Demo", "languages": ["en", "zh-Hans", "zh-Hant"], "currency": "USD"}, clock.now())
    for document in MESSAGES:
        message = api.publish(tx, api.read(document), Catalogue(), clock.now()).message
        for channel in message.channels:
            for language in Language:
                said = api.preview(tx, message.key, channel, language)
                assert said.text
                assert said.language == language
                nobody = api.facts_for(tx, traits={}, event={}, products=(), unsubscribe_url="")
                assert api.render(tx, message.key, channel, language, nobody).text


def test_the_product_a_message_is_about_is_named(tx: Transaction, clock: FixedClock) -> None:
    api.publish(tx, _message("{{ product.name }} {{ product.price }} {{ event.order_id }}", trigger="Order Completed"),
                Catalogue(), clock.now())  # fmt: skip
    lines = [{"product_id": "a", "name": "Apron"}, {"product_id": "w", "name": "Whisk", "price": 24}]
    event = {"properties": {"order_id": "o-1", "products": lines}}
    facts = api.facts_for(tx, traits={}, event=event, products=("w",), unsubscribe_url="")
    assert api.render(tx, "hello", "line", "en", facts).text == "Whisk 24 o-1"


def test_publishing_again_replaces_the_words(tx: Transaction, clock: FixedClock) -> None:
    api.publish(tx, _message("one"), Catalogue(), clock.now())
    again: datetime = api.publish(tx, _message("two"), Catalogue(), clock.now()).published_at
    assert again == clock.now()
    assert api.preview(tx, "hello", "line", "en").text == "two"
    with pytest.raises(NoSuchMessage):
        api.message_of(tx, "nothing")
