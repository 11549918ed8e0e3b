"""EC2: moto leaves the network interface of a NAT gateway behind, and the address with it."""

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from tests.up.cloud.simulated.registry import simulated


class Ec2(EC2Response):
    """NAT gateways that go whole."""

    @simulated("moto keeps the interface and the address of a deleted NAT gateway")
    def delete_nat_gateway(self) -> ActionResult:
        """Delete the gateway, its interface and the address's association."""
        gateway = self.ec2_backend.delete_nat_gateway(self._get_param("NatGatewayId"))
        for address in gateway.address_set:
            for elastic in self.ec2_backend.address_by_allocation([address["allocationId"]]):
                if elastic.association_id:
                    self.ec2_backend.disassociate_address(association_id=elastic.association_id)
            self.ec2_backend.delete_network_interface(address["networkInterfaceId"])
        return ActionResult({"NatGatewayId": gateway.id})
