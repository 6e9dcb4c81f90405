"""What the receiver later tells us of a delivery: `{"receipts": [{"id", "key", "word", "detail"}]}`, signed as ours."""

import msgspec

from unavoce.channels.webhook.words import receipt
from unavoce.deliver.contract import Posted, ReceiptSeen


class _Receipt(msgspec.Struct):
    key: str
    word: str
    id: str = ""
    detail: str = ""


class _Call(msgspec.Struct):
    receipts: list[_Receipt] = []


def read(request: Posted) -> list[ReceiptSeen]:
    """The receipts in a call."""
    call = msgspec.json.decode(request.body, type=_Call)
    return [
        ReceiptSeen(id=each.id or f"{each.key}:{each.word}", word=receipt(each.word), at=request.at, key=each.key,
                    detail=each.detail)
        for each in call.receipts
    ]  # fmt: skip
