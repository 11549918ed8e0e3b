"""Plans with random dependencies."""

from hypothesis import strategies as st

from oneup.plan import Plan, Resource

PREFIX = "urn:pulumi:s::p::"
TYPES = ("aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "kubernetes:core/v1:ConfigMap")


def urn(number: int) -> str:
    return f"{PREFIX}{TYPES[number % len(TYPES)]}::r{number}"


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to twelve resources; each may need any that were made before it, by any kind of reference."""
    count = draw(st.integers(1, 12))
    resources: list[Resource] = []
    for number in range(count):
        before = st.sampled_from(range(number)) if number else st.nothing()
        needed = sorted(draw(st.sets(before, max_size=3))) if number else []
        urns = [urn(other) for other in needed]
        resources.append(
            Resource(
                urn=urn(number),
                type=TYPES[number % len(TYPES)],
                custom=draw(st.booleans()),
                dependencies=tuple(urns[:1]),
                property_dependencies={"input": tuple(urns[1:2])},
                provider=f"{urns[2]}::id" if len(urns) == 3 else "",
                parent=urn(draw(before)) if number and draw(st.booleans()) else "",
            )
        )
    return Plan("s", tuple(resources))
