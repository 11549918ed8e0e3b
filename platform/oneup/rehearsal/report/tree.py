"""The resources as a collapsible tree, each with dependencies and inputs."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

from oneup.plan import Plan, Resource
from oneup.plan.graph import DependencyGraph
from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.report.parts import STACK, is_real, owner, short_type
from oneup.rehearsal.timeline import Timeline


@dataclass(frozen=True)
class Tree:
    """The plan as HTML, an element ``r<number>`` for each resource."""

    plan: Plan
    timeline: Timeline

    @cached_property
    def _graph(self) -> DependencyGraph:
        return DependencyGraph(self.plan)

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The number of each resource, by URN: its place in the plan."""
        return {resource.urn: place for place, resource in enumerate(self.plan.resources)}

    @cached_property
    def _users(self) -> Mapping[str, Sequence[Resource]]:
        users: dict[str, list[Resource]] = {}
        for resource in self.plan.resources:
            for need in self._graph.explicit_dependencies(resource):
                users.setdefault(need.urn, []).append(resource)
        return users

    def html(self) -> str:
        """The whole tree, the stack's children outermost."""
        roots = [
            resource
            for resource in self.plan.resources
            if resource.parent not in self.number and resource.type != STACK
        ]
        for stack in self.plan.of_type(STACK):
            roots += self._graph.children(stack)
        return f'<ul class="tree">{"".join(self._item(root) for root in roots)}</ul>'

    def link(self, urn: str) -> str:
        """A link to a resource of the tree."""
        name = urn.rsplit("::", 1)[-1]
        return f'<a href="#r{self.number[urn]}">{escape(name)}</a>' if urn in self.number else escape(name)

    def _item(self, resource: Resource) -> str:
        children = self._graph.children(resource)
        held = f"<ul>{''.join(self._item(child) for child in children)}</ul>" if children else ""
        heading = f"<summary>{self._heading(resource, len(self._below(resource)))}</summary>"
        body = held if not is_real(resource) else self._body(resource) + held
        return f'<li><details id="r{self.number[resource.urn]}">{heading}{body}</details></li>'

    def _below(self, resource: Resource) -> Sequence[Resource]:
        """All descendants of a resource."""
        children = self._graph.children(resource)
        return [*children, *(inner for child in children for inner in self._below(child))]

    def _heading(self, resource: Resource, below: int) -> str:
        step = self.timeline.by_urn.get(resource.urn)
        marks = "".join(f'<span class="mark {name}">{text}</span>' for name, text in _marks(resource))
        if step and step.seconds:
            critical = " critical" if step in self.timeline.critical_path else ""
            marks += f'<span class="mark time{critical}">{format_duration(step.seconds)}</span>'
        if below:
            marks += f'<span class="mark">{below} inside</span>'
        dot = f'<i class="dot {owner(resource)}"></i>' if is_real(resource) else ""
        return f"{dot}<b>{escape(resource.name)}</b> <span>{escape(short_type(resource))}</span>{marks}"

    def _body(self, resource: Resource) -> str:
        rows = [("URN", f"<code>{escape(resource.urn)}</code>")]
        step = self.timeline.by_urn.get(resource.urn)
        if step:
            rows.append(("Time", f"from {format_duration(step.start)} to {format_duration(step.finish)}"))
        for title, others in (
            ("Needs", self._graph.explicit_dependencies(resource)),
            ("Needed by", self._users.get(resource.urn, ())),
        ):
            if others:
                rows.append((title, ", ".join(self.link(other.urn) for other in others)))
        listed = "".join(f"<dt>{title}</dt><dd>{text}</dd>" for title, text in rows)
        inputs = escape(json.dumps(resource.inputs, indent=2, sort_keys=True, ensure_ascii=False))
        return f'<div class="body"><dl>{listed}</dl><pre tabindex="0">{inputs}</pre></div>'


def _marks(resource: Resource) -> Iterator[tuple[str, str]]:
    """Badges of a resource."""
    if resource.protect:
        yield "protect", "protected"
    if resource.retain_on_delete:
        yield "protect", "retained"
    if resource.deleted_with:
        yield "", "deleted with cluster"
