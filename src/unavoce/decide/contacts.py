"""How customers can be reached, asked of profile."""

from collections.abc import Collection

from unavoce.decide.world import Contact
from unavoce.kernel.ids import CustomerId
from unavoce.profile import api as profile
from unavoce.runtime.postgres import Transaction


def contacts(tx: Transaction, customers: Collection[int]) -> dict[int, Contact]:
    """The addresses, consents and zone of these customers."""
    wanted = [CustomerId(each) for each in customers]
    addresses = profile.addresses_of(tx, wanted)
    consents = profile.consents_of(tx, wanted)
    traits = profile.traits_of(tx, wanted)
    return {
        each: Contact(
            addresses=frozenset(kind for kind, known in addresses.get(each, {}).items() if known),
            consents={about: str(state) for about, state in consents.get(each, {}).items()},
            zone=str(traits.get(each, {}).get("timezone") or ""),
            language=str(traits.get(each, {}).get("language") or ""),
        )
        for each in wanted
    }
