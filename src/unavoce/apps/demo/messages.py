"""What the demo brand says, in three languages; regional words are written by hand, never converted."""

from collections.abc import Mapping

_BUTTON: Mapping[str, object] = {"type": "button", "url": "{{ event.url | default: brand.url }}"}


def _line(text: str, button: str) -> dict[str, object]:
    return {"text": text, "blocks": [{"type": "text", "text": text}, {**_BUTTON, "text": button}]}


def _plain_line(text: str) -> dict[str, object]:
    return {"text": text, "blocks": [{"type": "text", "text": text}]}


WELCOME: Mapping[str, object] = {
    "key": "welcome",
    "name": {"en": "Welcome", "zh-Hans": "欢迎加入", "zh-Hant": "歡迎加入"},
    "category": "service",
    "trigger": "Signed Up",
    "variants": {
        "email": {
            "en": {
                "subject": "Welcome, {{ customer.name | default: 'friend' }}",
                "text": "Hello {{ customer.name | default: 'and welcome' }},\n\nGood to have you with us. Show your"
                " loyalty card in any store, or log in online: your points and coupons are the same everywhere.",
            },
            "zh-Hans": {
                "subject": "{{ customer.name | default: '您好' }}，欢迎加入",
                "text": "{{ customer.name | default: '您好' }}，您好："
                "\n\n很高兴您加入。在任何门店出示会员卡，或在线登录，"
                "积分和优惠券处处通用。",
            },
            "zh-Hant": {
                "subject": "{{ customer.name | default: '您好' }}，歡迎加入",
                "text": "{{ customer.name | default: '您好' }}，您好："
                "\n\n很高興您加入。在任何門市出示會員卡，或在線上登入，"
                "點數和優惠券到處都能用。",
            },
        },
        "line": {
            "en": _plain_line(
                "Welcome, {{ customer.name | default: 'friend' }}! Your card works in every store and online."
            ),
            "zh-Hans": _plain_line("{{ customer.name | default: '您好' }}，欢迎加入！会员卡线上线下都能用。"),
            "zh-Hant": _plain_line("{{ customer.name | default: '您好' }}，歡迎加入！會員卡線上、門市都能用。"),
        },
    },
}

FIRST_LOOK: Mapping[str, object] = {
    "key": "first_look",
    "name": {"en": "A first look", "zh-Hans": "新客推荐", "zh-Hant": "新客推薦"},
    "category": "promotion",
    "trigger": "Signed Up",
    "variants": {
        "email": {
            "en": {
                "subject": "A few things to start with",
                "text": "Hello {{ customer.name | default: 'there' }},\n\nNot sure where to begin? These are what other"
                " customers chose first: {{ brand.url | default: 'come by any of our stores' }}.",
            },
            "zh-Hans": {
                "subject": "从这几样开始",
                "text": "{{ customer.name | default: '您好' }}：\n\n不知道从哪里看起？这些是其他客户最先选择的商品："
                "{{ brand.url | default: '欢迎到任一门店看看' }}。",
            },
            "zh-Hant": {
                "subject": "從這幾樣開始",
                "text": "{{ customer.name | default: '您好' }}：\n\n不知道從哪裡看起？這些是其他顧客最先選擇的商品："
                "{{ brand.url | default: '歡迎到任一門市看看' }}。",
            },
        },
    },
}

CART_REMINDER: Mapping[str, object] = {
    "key": "cart_reminder",
    "name": {"en": "Still in your cart", "zh-Hans": "购物车提醒", "zh-Hant": "購物車提醒"},
    "category": "promotion",
    "trigger": "Product Added",
    "variants": {
        "line": {
            "en": _line(
                "{{ product.name | default: 'Something good' }} is still in your cart"
                "{% if product.price %} at {{ product.price }} "
                "{{ brand.currency }}{% endif %}. Shall we keep it for you?",
                "Back to my cart",
            ),
            "zh-Hans": _line(
                "您的购物车里还有{{ product.name | default: '心仪的商品' }}"
                "{% if product.price %}（{{ product.price }} {{ brand.currency }}）{% endif %}，要帮您留着吗？",
                "回到购物车",
            ),
            "zh-Hant": _line(
                "您的購物車裡還有{{ product.name | default: '喜歡的商品' }}"
                "{% if product.price %}（{{ product.price }} {{ brand.currency }}）{% endif %}，要幫您留著嗎？",
                "回到購物車",
            ),
        },
        "email": {
            "en": {
                "subject": "{{ product.name | default: 'Your choice' }} is waiting in your cart",
                "text": "Hello {{ customer.name | default: 'there' }},\n\n"
                "{{ product.name | default: 'Your choice' }} is"
                " still in your cart. It takes one click to finish: {{ event.url | default: brand.url }}",
            },
            "zh-Hans": {
                "subject": "{{ product.name | default: '您选的商品' }}还在购物车里",
                "text": "{{ customer.name | default: '您好' }}：\n\n"
                "{{ product.name | default: '您选的商品' }}还在购物车里，"
                "一键即可完成购买：{{ event.url | default: brand.url }}",
            },
            "zh-Hant": {
                "subject": "{{ product.name | default: '您選的商品' }}還在購物車裡",
                "text": "{{ customer.name | default: '您好' }}：\n\n"
                "{{ product.name | default: '您選的商品' }}還在購物車裡，"
                "點一下就能完成結帳：{{ event.url | default: brand.url }}",
            },
        },
    },
}

CART_PROMPT: Mapping[str, object] = {
    "key": "cart_prompt",
    "name": {"en": "Show her the product", "zh-Hans": "门店推荐", "zh-Hant": "門市推薦"},
    "category": "promotion",
    "trigger": "Product Added",
    "variants": {
        "store": {
            "en": {
                "subject": "She liked {{ product.name | default: 'something online' }}",
                "text": "{{ customer.name | default: 'This customer' }} "
                "put {{ product.name | default: 'something' }} into"
                " the online cart. Show it, let her hold it.",
            },
            "zh-Hans": {
                "subject": "她看中了{{ product.name | default: '一件商品' }}",
                "text": "{{ customer.name | default: '这位客户' }}把"
                "{{ product.name | default: '一件商品' }}加入了线上购物车，"
                "可以拿给她看看。",
            },
            "zh-Hant": {
                "subject": "她看中了{{ product.name | default: '一樣商品' }}",
                "text": "{{ customer.name | default: '這位顧客' }}把"
                "{{ product.name | default: '一樣商品' }}放進線上購物車，"
                "可以拿給她看看。",
            },
        },
    },
}

CART_PITCH: Mapping[str, object] = {
    "key": "cart_pitch",
    "name": {"en": "Why people love it", "zh-Hans": "商品介绍", "zh-Hant": "商品介紹"},
    "category": "promotion",
    "trigger": "Product Added",
    "variants": {
        "email": {
            "en": {
                "subject": "Why people love {{ product.name | default: 'it' }}",
                "text": "Hello {{ customer.name | default: 'there' }},\n\n"
                "{{ product.name | default: 'What you chose' }} is"
                " one of those things one keeps for years. See it once more: {{ event.url | default: brand.url }}",
            },
            "zh-Hans": {
                "subject": "为什么大家喜欢{{ product.name | default: '它' }}",
                "text": "{{ customer.name | default: '您好' }}：\n\n"
                "{{ product.name | default: '您选的商品' }}是能用很多年的好物，"
                "再看一眼吧：{{ event.url | default: brand.url }}",
            },
            "zh-Hant": {
                "subject": "為什麼大家喜歡{{ product.name | default: '它' }}",
                "text": "{{ customer.name | default: '您好' }}：\n\n"
                "{{ product.name | default: '您選的商品' }}是可以用很多年的好物，"
                "再看一眼吧：{{ event.url | default: brand.url }}",
            },
        },
    },
}

WIN_BACK: Mapping[str, object] = {
    "key": "win_back",
    "name": {"en": "We miss you", "zh-Hans": "好久不见", "zh-Hant": "好久不見"},
    "category": "promotion",
    "variants": {
        "email": {
            "en": {
                "subject": "It has been a while",
                "text": "Hello {{ customer.name | default: 'there' }},\n\nIt "
                "has been two months. Come and see what is new"
                " at {{ brand.name }}.",
            },
            "zh-Hans": {
                "subject": "好久不见",
                "text": "{{ customer.name | default: '您好' }}："
                "\n\n已经两个月没见到您了，来看看{{ brand.name }}的新品吧。",
            },
            "zh-Hant": {
                "subject": "好久不見",
                "text": "{{ customer.name | default: '您好' }}："
                "\n\n已經兩個月沒見到您了，來看看{{ brand.name }}的新品吧。",
            },
        },
        "line": {
            "en": _plain_line("It has been two months. Come and see what is new at {{ brand.name }}."),
            "zh-Hans": _plain_line("已经两个月没见到您了，来看看{{ brand.name }}的新品吧。"),
            "zh-Hant": _plain_line("已經兩個月沒見到您了，來看看{{ brand.name }}的新品吧。"),
        },
    },
}

THANKS: Mapping[str, object] = {
    "key": "thanks",
    "name": {"en": "Thank you", "zh-Hans": "感谢购买", "zh-Hant": "感謝購買"},
    "category": "service",
    "trigger": "Order Completed",
    "variants": {
        "line": {
            "en": _plain_line(
                "Thank you{% if customer.name %}, {{ customer.name }}{% endif %}! Enjoy"
                " {{ product.name | default: 'your purchase' }}. Questions? Just write here."
            ),
            "zh-Hans": _plain_line(
                "{% if customer.name %}{{ customer.name }}，{% endif %}谢谢您！"
                "祝您使用{{ product.name | default: '新商品' }}愉快，"
                "有问题在这里留言即可。"
            ),
            "zh-Hant": _plain_line(
                "{% if customer.name %}{{ customer.name }}，{% endif %}謝謝您！"
                "祝您使用{{ product.name | default: '新商品' }}愉快，"
                "有問題在這裡留言就好。"
            ),
        },
        "email": {
            "en": {
                "subject": "Thank you for your order",
                "text": "Hello {{ customer.name | default: 'there' }},\n\nThank you"
                "{% if event.order_id %} for order {{ event.order_id }}{% endif %}. How to care for it, and how to"
                " return it online or in any store, is one answer to this mail away.",
            },
            "zh-Hans": {
                "subject": "感谢您的订单",
                "text": "{{ customer.name | default: '您好' }}：\n\n感谢您的订单{% if event.order_id %}"
                "（{{ event.order_id }}）{% endif %}。保养方法以及线上或门店退货，回复这封邮件即可。",
            },
            "zh-Hant": {
                "subject": "感謝您的訂單",
                "text": "{{ customer.name | default: '您好' }}：\n\n感謝您的訂單{% if event.order_id %}"
                "（{{ event.order_id }}）{% endif %}。保養方式以及線上或門市退貨，回覆這封信就可以。",
            },
        },
    },
}

MESSAGES = (WELCOME, FIRST_LOOK, CART_REMINDER, CART_PROMPT, CART_PITCH, WIN_BACK, THANKS)

LEGAL = {
    "en": "You get this mail because you allowed it. Unavoce Demo, 1 Example Street.",
    "zh-Hans": "您收到此邮件是因为您同意接收。Unavoce Demo，示例路 1 号。",
    "zh-Hant": "您收到此信是因為您同意接收。Unavoce Demo，範例路 1 號。",
}
