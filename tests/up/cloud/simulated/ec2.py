"""EC2: moto leaves the network interface of a NAT gateway behind, and the address with it."""

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from tests.up.cloud.simulated.registry import simulated


@simulated(EC2Response, "ec2", "moto keeps the interface and the address of a deleted NAT gateway")
def delete_nat_gateway(self: EC2Response) -> ActionResult:
    """Delete the gateway, its interface and the address's association."""
    identifier = self._get_param("NatGatewayId")
    gateway = self.ec2_backend.delete_nat_gateway(identifier)
    for address in gateway.address_set:
        found = self.ec2_backend.address_by_allocation([address["allocationId"]])
        for elastic in found:
            if elastic.association_id:
                self.ec2_backend.disassociate_address(association_id=elastic.association_id)
        self.ec2_backend.delete_network_interface(address["networkInterfaceId"])
    return ActionResult({"NatGatewayId": gateway.id})
