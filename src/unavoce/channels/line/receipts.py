"""LINE says little of deliveries: only the completion of notification messages comes back (webhook type `delivery`)."""

from unavoce.channels.line.inbound import events
from unavoce.deliver.contract import Posted, ReceiptSeen, ReceiptWord


def read(request: Posted) -> list[ReceiptSeen]:
    """The receipts in a webhook call."""
    return [
        ReceiptSeen(
            id=event.webhook_event_id,
            word=ReceiptWord.DELIVERED,
            at=event.at,
            key=event.delivery.data.replace("-", "") or None,
        )
        for event in events(request)
        if event.type == "delivery"
    ]
