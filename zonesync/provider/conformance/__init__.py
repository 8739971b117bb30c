"""The suite that holds an adapter to the contract: a pytest class to inherit from.

    from zonesync.provider.conformance import ProviderConformance

    class TestMine(ProviderConformance):
        @pytest.fixture
        def provider(self):
            return MyProvider("mine", endpoint=fake.url)

The provider must host none of the zones ``conformance.example`` and ``other-conformance.example``, and each test gets a
fresh one. A provider that can be made to fail on order also overrides the fixture ``faults``, one at whose service
others can edit ``foreign_edit``, and one with private zones ``private_networks``. What the capabilities do not claim is
not asked for, and samples that an adapter is particular about (``abilities.Particular``) are left out.
"""

from zonesync.provider.conformance.apex import ApexConformance
from zonesync.provider.conformance.conflicts import ConflictConformance
from zonesync.provider.conformance.content import ContentConformance
from zonesync.provider.conformance.deletion import DeletionConformance
from zonesync.provider.conformance.failure import FailureConformance
from zonesync.provider.conformance.fixtures import FaultControl, ForeignEdit
from zonesync.provider.conformance.networks import NetworksConformance
from zonesync.provider.conformance.optional import OptionalConformance
from zonesync.provider.conformance.reading import ReadingConformance
from zonesync.provider.conformance.scale import ScaleConformance
from zonesync.provider.conformance.texts import TextConformance
from zonesync.provider.conformance.writing import WritingConformance

__all__ = ["FaultControl", "ForeignEdit", "ProviderConformance"]


class ProviderConformance(
    ReadingConformance,
    ContentConformance,
    TextConformance,
    WritingConformance,
    ConflictConformance,
    ApexConformance,
    FailureConformance,
    ScaleConformance,
    NetworksConformance,
    DeletionConformance,
    OptionalConformance,
):
    """Every duty of the contract, as tests."""
