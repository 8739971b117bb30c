"""The suite that holds an adapter to the contract: a pytest class to inherit from.

    from zonesync.provider.conformance import ProviderConformance

    class TestMine(ProviderConformance):
        @pytest.fixture
        def provider(self):
            return MyProvider("mine", endpoint=fake.url)

The provider must host none of the zones ``conformance.example`` and ``other-conformance.example``, and each test gets a
fresh one. A provider that can be made to fail on order also overrides the fixture ``faults``. What the capabilities do
not claim is not asked for.
"""

from zonesync.provider.conformance.apex import ApexConformance
from zonesync.provider.conformance.content import ContentConformance
from zonesync.provider.conformance.failure import FailureConformance
from zonesync.provider.conformance.fixtures import FaultControl
from zonesync.provider.conformance.reading import ReadingConformance
from zonesync.provider.conformance.scale import ScaleConformance
from zonesync.provider.conformance.writing import WritingConformance

__all__ = ["FaultControl", "ProviderConformance"]


class ProviderConformance(
    ReadingConformance, ContentConformance, WritingConformance, ApexConformance, FailureConformance, ScaleConformance
):
    """Every duty of the contract, as tests."""
