"""The life of one resource: its table's calls, in order, with its inputs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from oneup.plan import Json, JsonMap
from tests.up.cloud import sdk
from tests.up.cloud.api import Aws, AwsError, search
from tests.up.cloud.kind import TOP, Call, Kind, Setting, Template
from tests.up.cloud.mapping import MappingError, encode, from_pairs, match, plain, reconcile

TAGS: Final = "tags"
ALL_TAGS: Final = "tagsAll"
LIVE: Final = "live"
"""What reading the resource showed, to the calls that change or delete it."""

CHANGED: Final = "changed"
"""The inputs that differ, to the calls that change the resource."""


@dataclass(frozen=True)
class Where:
    """The account and region, and the tags on everything in them."""

    account: str
    region: str
    tags: Mapping[str, str]

    @property
    def facts(self) -> dict[str, Json]:
        """What templates may name beside a resource's own."""
        return {"account": self.account, "region": self.region, "partition": "aws"}


class PartlyMadeError(Exception):
    """The resource is there, and what should complete it was refused."""

    def __init__(self, identifier: str, reason: str) -> None:
        super().__init__(reason)
        self.identifier = identifier


@dataclass(frozen=True)
class Seen:
    """A resource as AWS has it."""

    inputs: dict[str, Json]
    outputs: dict[str, Json]


@dataclass(frozen=True)
class Life:
    """One resource type in one place."""

    kind: Kind
    aws: Aws
    where: Where

    def create(self, inputs: JsonMap) -> str:
        """Make the resource; its id. Raises ``AwsError``, or ``PartlyMadeError`` once it has an id."""
        self._claim(inputs)
        context = {**self.where.facts, **inputs}
        tags = self._tags(inputs)
        extra: dict[str, Json] = {}
        if tags and self.kind.tagging and self.kind.tagging.member:
            extra = self._tags_of_create(tags)
        made = self._do(self.kind.create, context, self._own(inputs), extra)
        context |= made
        identifier = search(self.kind.id, context)
        if not isinstance(identifier, str):
            raise AwsError(self.kind.create.operation, "NoId", f"{self.kind.token}: the answer has no id")
        context["id"] = identifier
        try:
            self._complete(context, inputs, tags)
        except AwsError as error:
            raise PartlyMadeError(identifier, str(error)) from error
        return identifier

    def _claim(self, inputs: JsonMap) -> None:
        """Refuse an input that no call takes: it would be lost without a word."""
        if self.kind.create.inputs:
            return
        claimed = {TAGS, *self.kind.local, *(key for setting in self.kind.settings for key in setting.keys)}
        for call in (self.kind.create, *self.kind.after):
            claimed |= named(call)
        left = {
            key for key, value in inputs.items() if value is not None and not key.startswith("__")
        } - claimed
        if left:
            raise AwsError(
                self.kind.create.operation,
                "InvalidParameter",
                f"{self.kind.token}: no call takes {', '.join(sorted(left))}",
            )

    def _complete(self, context: dict[str, Json], inputs: JsonMap, tags: Mapping[str, str]) -> None:
        for call in self.kind.after:
            self._do(call, context)
        for setting in self.kind.settings:
            if _given(setting, inputs):
                self._do(setting.call, context)
        if tags and self.kind.tagging and not self.kind.tagging.member:
            self._do(self.kind.tagging.add, {**context, TAGS: dict(tags)})

    def read(self, identifier: str, inputs: JsonMap, outputs: JsonMap) -> Seen | None:
        """The resource as AWS has it, in the words of its recorded inputs; None where it is gone."""
        context = {**self.where.facts, **inputs, **outputs, "id": identifier}
        live = self._live(context)
        if live is None:
            return None
        seen = dict(inputs)
        for key, recorded in inputs.items():
            if key.startswith("__") or key == TAGS or self._unseen(key):
                continue
            seen[key] = self._masked(
                key, recorded, reconcile(recorded, self._found(key, live, context), self.kind.names)
            )
        seen = {key: value for key, value in seen.items() if value is not None or inputs.get(key) is None}
        tags = self._live_tags(context, live)
        if tags is not None:
            defaults = self.where.tags
            own = {key: value for key, value in tags.items() if defaults.get(key) != value}
            given = cast("Mapping[str, str]", inputs.get(TAGS) or {})
            own |= {key: tags[key] for key in given if key in tags}
            if own != given:
                seen[TAGS] = dict(own)
        return Seen(seen, {**seen, **self._computed(context, seen, live, tags)})

    def known(self, identifier: str, inputs: JsonMap, outputs: JsonMap) -> dict[str, Json]:
        """The outputs of a resource that was just made or changed; raises ``AwsError`` where it is gone."""
        seen = self.read(identifier, inputs, outputs)
        if seen is None:
            raise AwsError("Read", "Gone", f"{self.kind.token} {identifier} is not there after it was made")
        return {**inputs, **seen.outputs}

    def _computed(
        self, context: JsonMap, seen: JsonMap, live: JsonMap, tags: Mapping[str, str] | None
    ) -> dict[str, Json]:
        known: dict[str, Json] = {"region": self.where.region, "id": context["id"]}
        if tags is not None:
            known[ALL_TAGS] = dict(tags)
        for key, wanted in sdk.outputs(self.kind.token).items():
            given = seen.get(key)
            if key in known or key == TAGS or not (given is None or isinstance(given, Mapping)):
                continue
            found = sdk.conform(plain(self._found(key, live, context)), wanted)
            if isinstance(given, Mapping):
                # What AWS adds to a structure that is given.
                found = {**found, **given} if isinstance(found, Mapping) else given
            if found is not None:
                known[key] = found
        return known

    def _unseen(self, key: str) -> bool:
        return key in self.kind.local or key in self.kind.unread

    def _masked(self, key: str, recorded: Json, found: Json) -> Json:
        """What was found, with what AWS does not show as it was recorded."""
        for path in self.kind.unread:
            head, _, rest = path.partition(".")
            if head == key and rest:
                found = _restored(recorded, found, rest.split("."))
        return found

    def _found(self, key: str, live: JsonMap, context: JsonMap) -> Json:
        if key in self.kind.finds:
            return search(self.kind.finds[key], {**context, **live})
        member = match(live, self.kind.names.get(key, key))
        return live[member] if member else None

    def update(self, identifier: str, olds: JsonMap, old_outputs: JsonMap, news: JsonMap) -> None:
        """Change what differs; raises ``AwsError``."""
        changed = {
            key for key in {*olds, *news} if olds.get(key) != news.get(key) and not key.startswith("__")
        }
        context = {**self.where.facts, **old_outputs, **news, "id": identifier}
        context |= {key: None for key in olds if key not in news}
        left = changed - {TAGS, *self.kind.local}
        for setting in self.kind.settings:
            if left & set(setting.keys):
                self._set(setting, context, news)
                left -= set(setting.keys)
        unchangeable = left - {key for call in self.kind.update for key in self._taken(call, left)}
        if unchangeable:
            said = f"{self.kind.token}: no call changes {', '.join(sorted(unchangeable))}"
            raise AwsError("Update", "NotUpdatable", said)
        if left:
            context |= {LIVE: self._live(context), CHANGED: sorted(left)}
            for call in self.kind.update:
                own = self._own(news)
                self._do(call, context, {key: own[key] for key in self._taken(call, set(own)) if key in own})
        self._retag(context, old_outputs, news)

    def _taken(self, call: Call, keys: set[str]) -> set[str]:
        """Those of some inputs that a call takes."""
        taken = keys & named(call)
        if call.inputs:
            shape = self.aws.takes(call.service or self.kind.service, call.operation)
            members = shape.members if call.inputs == TOP else shape.members[call.inputs].members
            taken |= {key for key in keys if match(members, self.kind.names.get(key, key))}
        return taken

    def _set(self, setting: Setting, context: JsonMap, news: JsonMap) -> None:
        if _given(setting, news):
            self._do(setting.call, context)
        elif setting.unset:
            self._do(setting.unset, context)
        else:
            raise AwsError(
                "Update", "NotUpdatable", f"{self.kind.token}: no call removes {', '.join(setting.keys)}"
            )

    def _retag(self, context: JsonMap, old_outputs: JsonMap, news: JsonMap) -> None:
        tagging = self.kind.tagging
        if tagging is None:
            return
        old = cast("Mapping[str, str]", old_outputs.get(ALL_TAGS) or {})
        new = self._tags(news)
        removed = sorted(set(old) - set(new))
        added = {key: value for key, value in new.items() if old.get(key) != value}
        if removed:
            self._do(tagging.remove, {**context, "keys": removed})
        if added:
            self._do(tagging.add, {**context, TAGS: added})

    def delete(self, identifier: str, inputs: JsonMap, outputs: JsonMap) -> None:
        """Remove the resource; raises ``AwsError`` where AWS would refuse."""
        context = {**self.where.facts, **inputs, **outputs, "id": identifier}
        live = self._live(context)
        if live is None:
            return
        context[LIVE] = live
        for refusal in self.kind.refusals:
            found = self._found_by(refusal.ask, context)
            if found:
                said = f"{identifier} has dependencies and cannot be deleted: {found}"
                raise AwsError(self.kind.delete[-1].operation, refusal.code, said)
        for call in self.kind.delete:
            context |= self._do(call, context)

    def listed(self) -> tuple[str, ...]:
        """The ids of all resources of the type."""
        if self.kind.listing is None:
            return ()
        found = self._found_by(self.kind.listing, self.where.facts)
        listed = sorted(map(str, cast("list[Json]", found or [])))
        if self.kind.lingers:
            return tuple(one for one in listed if self._live({**self.where.facts, "id": one}) is not None)
        return tuple(listed)

    def all_tags(self, inputs: JsonMap) -> dict[str, str] | None:
        """The tags that the resource gets in the end; None where it takes none."""
        return self._tags(inputs) if self.kind.tagging else None

    def _tags(self, inputs: JsonMap) -> dict[str, str]:
        own = cast("Mapping[str, str]", inputs.get(TAGS) or {})
        return {**self.where.tags, **own}

    def _tags_of_create(self, tags: Mapping[str, str]) -> dict[str, Json]:
        """Tags as the create call takes them: by the type of what is made, where the call makes several."""
        tagging = self.kind.tagging
        member, _, resource = (tagging.member if tagging else "").partition(":")
        return {member: [{"ResourceType": resource, "Tags": dict(tags)}] if resource else dict(tags)}

    def _own(self, inputs: JsonMap) -> dict[str, Json]:
        """The inputs that have no setting of their own."""
        apart = {TAGS, *self.kind.local, *(key for setting in self.kind.settings for key in setting.keys)}
        return {key: value for key, value in inputs.items() if key not in apart and not key.startswith("__")}

    def _live(self, context: JsonMap) -> dict[str, Json] | None:
        first, *others = self.kind.reads
        try:
            found = self._found_by(first, context)
        except AwsError as error:
            if error.gone:
                return None
            raise
        if not found:
            return None
        live = dict(cast("JsonMap", found))
        for call in others:
            live |= self._more({**context, LIVE: live}, call)
        return live

    def _more(self, context: JsonMap, call: Call) -> dict[str, Json]:
        if call.when and not search(call.when, context):
            return {}
        try:
            found = self._found_by(call, context)
        except AwsError as error:
            if error.gone and call.optional:
                return {}
            raise
        return dict(cast("JsonMap", found or {}))

    def _live_tags(self, context: JsonMap, live: JsonMap) -> Mapping[str, str] | None:
        tagging = self.kind.tagging
        if tagging is None:
            return None
        source = {**live, **self._more({**context, LIVE: live}, tagging.read)} if tagging.read else live
        member = next(
            (one for one in ("Tags", TAGS, "TagSet", "TagList", "ResourceTags") if one in source), None
        )
        found: Json = source[member] if member else {}
        if isinstance(found, list):
            found = from_pairs(found)
        return {str(key): str(value) for key, value in cast("JsonMap", found or {}).items()}

    def _do(
        self, call: Call, context: JsonMap, own: JsonMap | None = None, extra: JsonMap | None = None
    ) -> dict[str, Json]:
        if call.when and not search(call.when, dict(context)):
            return {}
        return dict(cast("JsonMap", self._found_by(call, context, own, extra) or {}))

    def _found_by(
        self, call: Call, context: JsonMap, own: JsonMap | None = None, extra: JsonMap | None = None
    ) -> Json:
        """What a call finds in AWS's answer; its expression sees the context, too."""
        answer = self._answer(call, context, own, extra)
        return answer if call.result == "@" else search(call.result, {**context, **answer})

    def _answer(
        self, call: Call, context: JsonMap, own: JsonMap | None = None, extra: JsonMap | None = None
    ) -> dict[str, Json]:
        service = call.service or self.kind.service
        shape = self.aws.takes(service, call.operation)
        try:
            params = fill(call.params, context)
            merged = {**(extra or {}), **self._mapped(call, own or {}, params)}
            encoded = cast("JsonMap", encode(shape, merged, self.kind.names))
        except MappingError as error:
            raise AwsError(call.operation, "InvalidParameter", f"{self.kind.token}: {error}") from None
        return self.aws.call(service, call.operation, encoded)

    @staticmethod
    def _mapped(call: Call, own: JsonMap, params: dict[str, Json]) -> dict[str, Json]:
        """The filled parameters with the inputs that they do not name themselves."""
        rest = {key: value for key, value in own.items() if key not in named(call) and value is not None}
        if call.inputs == TOP:
            return {**rest, **params}
        if call.inputs:
            return {**params, call.inputs: {**rest, **cast("JsonMap", params.get(call.inputs) or {})}}
        return params


def _given(setting: Setting, inputs: JsonMap) -> bool:
    """Whether a setting is made: one that can be unset is not made for false."""
    values = [inputs.get(key) for key in setting.keys]
    return any(value is not None and (value or setting.unset is None) for value in values)


def named(call: Call) -> set[str]:
    """The names in a call's expressions."""
    return {name for text in _texts(call.params) for name in re.findall(r"[A-Za-z_]\w*", text)}


def fill(template: Template, context: JsonMap) -> dict[str, Json]:
    """A template with its expressions evaluated; what comes to nothing is left out."""
    filled = {key: _fill(value, context) for key, value in template.items()}
    return {key: value for key, value in filled.items() if value is not None}


def _fill(value: Json, context: JsonMap) -> Json:
    if isinstance(value, str):
        return search(value[1:], dict(context)) if value.startswith("$") else value
    if isinstance(value, Mapping):
        return fill(value, context)
    if isinstance(value, Sequence):
        return [found for found in (_fill(one, context) for one in value) if found is not None]
    return value


def _texts(template: Json) -> Iterator[str]:
    if isinstance(template, str):
        yield from [template] if template.startswith("$") else []
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from _texts(value)
    elif isinstance(template, Sequence):
        for value in template:
            yield from _texts(value)


def _restored(recorded: Json, found: Json, path: Sequence[str]) -> Json:
    """``found`` with the value at a path as it was recorded; lists on the way are walked through."""
    if not path:
        return recorded
    if isinstance(recorded, list):
        others = found if isinstance(found, list) else []
        if len(recorded) != len(others):
            return found
        return [_restored(one, other, path) for one, other in zip(recorded, others, strict=True)]
    if isinstance(recorded, Mapping) and path[0] in recorded:
        inner: JsonMap = found if isinstance(found, Mapping) else {}
        return {**inner, path[0]: _restored(recorded[path[0]], inner.get(path[0]), path[1:])}
    return found
