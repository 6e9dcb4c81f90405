"""Links, hashes and rests are decided by pure rules."""

from datetime import timedelta
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from unavoce.deliver import rules
from unavoce.deliver.contract import ReceiptWord

BASE = "https://brand.test"


def _tracked(text: str = "", html: str = "", **more: object) -> rules.Tracked:
    blocks = more.get("blocks", ())
    assert isinstance(blocks, list | tuple)
    return rules.tracked(key="k", token="tok", base=BASE, keep=f"{BASE}/u/tok", text=text, html=html, blocks=blocks)


def test_the_same_address_has_one_link_everywhere() -> None:
    found = _tracked(
        text="See https://shop.test/a?x=1&y=2, now.",
        html='<p><a class="b" href="https://shop.test/a?x=1&amp;y=2">See</a></p>',
        blocks=[{"type": "button", "text": "See", "url": "https://shop.test/a?x=1&y=2"}],
    )
    [link] = found.links
    assert link.url.startswith("https://shop.test/a?x=1&y=2")
    assert f"{BASE}/t/c/tok00" in found.text
    assert f'href="{BASE}/t/c/tok00"' in found.html
    assert found.blocks[0]["url"] == f"{BASE}/t/c/tok00"


def test_unsubscribing_and_writing_a_mail_stay_as_they_are() -> None:
    html = f'<a href="{BASE}/u/tok">leave</a> <a href="mailto:shop@brand.test">write</a></body>'
    found = _tracked(html=html)
    assert found.links == []
    assert f'href="{BASE}/u/tok"' in found.html
    assert found.html.endswith("</body>")
    assert found.html.count("<img") == 1


def test_an_address_in_running_text_becomes_a_link_of_ours() -> None:
    found = _tracked(html="<title>https://x.test</title><p>See https://shop.test/a.</p>")
    assert f'<p>See <a href="{BASE}/t/c/tok00">https://shop.test/a</a>.</p>' in found.html
    assert [link.url for link in found.links] == ["https://shop.test/a"]


def test_chinese_punctuation_ends_an_address() -> None:
    found = _tracked(text="看這裡：https://shop.test/刷，還有https://shop.test/b。")
    assert [link.url for link in found.links] == ["https://shop.test/刷", "https://shop.test/b"]


@given(st.text(alphabet=st.sampled_from("<a href=\"https://x.y/&;'>b "), max_size=80))
def test_any_text_survives(text: str) -> None:
    _tracked(text=text, html=text)


def test_ad_platforms_get_hashes_of_the_normal_form() -> None:
    found = rules.hashed({"email": [" Mei@Example.COM "], "phone": ["+886 912-345-678"], "user_id": ["u1"]})
    assert found["email_sha256"] == sha256(b"mei@example.com").hexdigest()
    assert found["phone_sha256"] == sha256(b"886912345678").hexdigest()
    assert rules.hashed({"line_user_id": ["U1"]}) == {}


def test_rests_grow_and_end() -> None:
    rests = [rules.rest_after(attempt) for attempt in range(1, 13)]
    assert rests == sorted(rests)
    assert rests[0] == timedelta(seconds=30)
    assert rests[-1] == timedelta(hours=4)


def test_a_later_word_never_takes_back_a_click() -> None:
    assert rules.says_more(ReceiptWord.CLICKED, ReceiptWord.DELIVERED)
    assert not rules.says_more(ReceiptWord.DELIVERED, ReceiptWord.CLICKED)
    assert rules.says_more(ReceiptWord.COMPLAINED, ReceiptWord.CLICKED)


def test_a_token_is_the_same_for_the_same_message_and_guessed_by_nobody() -> None:
    assert rules.token_of(b"secret", "k1") == rules.token_of(b"secret", "k1")
    assert len({rules.token_of(b"secret", "k1"), rules.token_of(b"other", "k1"), rules.token_of(b"secret", "k2")}) == 3
