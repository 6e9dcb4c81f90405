"""A prompt for the store associate: it waits until the till or the tablet asks what to say to this customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from unavoce.channels.store.settings import StoreSettings
from unavoce.deliver.contract import Accepted, Capabilities, Outcome, Outgoing, Silent


class Store(Silent):
    """Prompts are fetched, not sent: being kept is being accepted. Answers come through the store's own route."""

    name: ClassVar[str] = "store"
    capabilities: ClassVar[Capabilities] = Capabilities(address=None, idempotent=True, pull=True)

    @property
    def settings(self) -> type[StoreSettings]:
        """The form, which is empty."""
        return StoreSettings

    def send(self, batch: Sequence[Outgoing], settings: StoreSettings, *, now: datetime) -> Sequence[Outcome]:
        """Accept every prompt."""
        del settings, now
        return [Accepted(each.key) for each in batch]


channel = Store()
