"""What customers said through the brand's own program: `{"inbound": [{"id", "sender", "text"}]}`, signed as ours."""

import msgspec

from unavoce.deliver.contract import Inbound, InboundKind, Posted


class _Said(msgspec.Struct):
    id: str
    sender: str
    text: str = ""


class _Call(msgspec.Struct):
    inbound: list[_Said] = []


def read(request: Posted) -> list[Inbound]:
    """What customers said."""
    call = msgspec.json.decode(request.body, type=_Call)
    return [Inbound(each.id, InboundKind.MESSAGE, each.sender, request.at, each.text) for each in call.inbound]
