"""Ad audiences without a provider of their own: rows that add a customer to an audience or take her out."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

import msgspec

from unavoce.channels.ads.settings import AdsSettings
from unavoce.channels.ads.words import outcome
from unavoce.deliver.contract import Accepted, Capabilities, Outcome, Outgoing, Silent
from unavoce.runtime.outbound import outbound


class Ads(Silent):
    """Rows carry hashed identifiers only; the same row twice changes nothing."""

    name: ClassVar[str] = "ads"
    capabilities: ClassVar[Capabilities] = Capabilities(address=None, batch=500, idempotent=True)

    @property
    def settings(self) -> type[AdsSettings]:
        """The form: where the rows go."""
        return AdsSettings

    def send(self, batch: Sequence[Outgoing], settings: AdsSettings, *, now: datetime) -> Sequence[Outcome]:
        """Post the rows in one request, or accept them when they are only kept."""
        if not settings.url:
            return [Accepted(each.key) for each in batch]
        body = msgspec.json.encode({"rows": [row(each) for each in batch]})
        token = settings.token.get_secret_value()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        reply = outbound().call("POST", settings.url, body=body, headers=headers, seconds=settings.timeout_seconds)
        return [outcome(reply.status, reply.text[:200], key=each.key, now=now) for each in batch]


def row(each: Outgoing) -> dict[str, object]:
    """One row as it goes out: which audience, in or out, and who by hashes."""
    hashed = {name: value for name, value in each.metadata.items() if name.endswith("_sha256")}
    return {"key": each.key, "audience": each.metadata["audience"], "op": each.metadata["op"], "member": each.to,
            "hashed": hashed}  # fmt: skip


channel = Ads()
