"""The VPC: subnets by zone, egress, endpoints, flow logs."""

from oneup.foundation.network.network import Network

__all__ = ["Network"]
