"""The VPC: subnets by zone, the ways out, endpoints, flow logs."""

from oneup.foundation.network.network import Network

__all__ = ["Network"]
