"""The lists that labels come from: political actors with their names, and frames.

A taxonomy is data. Another crisis is another YAML file; nothing in the code names an actor. The format is described,
key by key, in ``configs/taxonomy/example_climate.yaml``.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from pydantic.dataclasses import dataclass

from . import config
from .arabic import ARTICLE, fold
from .errors import FaultsError
from .resources import resource

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2})?$")]
Kind = Literal["state", "organisation", "armed_group", "people"]

#: ``(ال)`` before a name: the article comes and goes.
OPTIONAL_ARTICLE = "(ال)"


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Leader:
    """A person who stands for an actor while in office.

    :param short: forms used on second mention.
    :param since: first month or year in office; it decides where a name stands for two actors in turn.
    :param until: last month or year in office.
    """

    name: str
    short: tuple[str, ...] = ()
    since: Annotated[Month | None, Field(coerce_numbers_to_str=True)] = None
    until: Annotated[Month | None, Field(coerce_numbers_to_str=True)] = None


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Rule:
    """What decides whether an ambiguous alias names its actor.

    It does when no ``not_`` word stands beside it and, where any of the other three is given, one of them holds,
    or a name without rules has named the actor in the article already.

    :param near: words of which one stands in the same sentence or in the title.
    """

    alias: str
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()
    only_before: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Actor:
    """A political actor and everything that it is called.

    :param names: noun phrases; ``(ال)`` in front marks an article that comes and goes.
    :param inflected: adjectives and nouns in the masculine singular without article, whose other forms follow by rule.
    :param descriptions: definite nouns that stand for the actor once the article has named it.
    """

    id: Id
    kind: Kind
    arabic: str
    english: str
    names: tuple[str, ...] = ()
    inflected: tuple[str, ...] = ()
    capitals: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    leaders: tuple[Leader, ...] = ()
    context: tuple[Rule, ...] = ()
    descriptions: tuple[str, ...] = ()

    def aliases(self) -> Iterator[str]:
        """Every alias as it is written in the list."""
        yield from (*self.names, *self.inflected, *self.capitals, *self.bodies)
        for leader in self.leaders:
            yield leader.name
            yield from leader.short


@dataclass(frozen=True, slots=True, config=config.STRICT)
class ActorList:
    """The actors of a taxonomy file, with the words that join or hide their names.

    :param offices: nouns that belong to the mention when written directly before a name: «وزير» «الخارجية».
    :param not_actors: phrases that hold an alias and name no actor.
    :param hosts_without_actor: nouns whose adjective of a country says nothing political: «الدوري».
    :param extends: another list, whose entries count as well: a path from this file's folder, or ``default`` for the one
        that comes with zawiya. Of two actors of one id, the one of this list counts.
    :param without: ids of the other list that do not count.
    """

    version: Literal[1]
    actors: tuple[Actor, ...]
    offices: tuple[str, ...] = ()
    not_actors: tuple[str, ...] = ()
    hosts_without_actor: tuple[str, ...] = ()
    extends: str | None = None
    without: tuple[Id, ...] = ()

    def by_id(self) -> dict[str, Actor]:
        """The actors, each under its id."""
        return {actor.id: actor for actor in self.actors}


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Frame:
    """An angle under which a sentence asks the reader to see the matter."""

    id: Id
    arabic: str
    english: str
    definition: str = ""


@dataclass(frozen=True, slots=True, config=config.STRICT)
class FrameList:
    """The frames of a taxonomy file."""

    version: Literal[1]
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Taxonomy:
    """An actor list and a frame list, as one argument.

    :param fingerprint: of the actor file and those that it extends; equal fingerprints find equal mentions.
    """

    actors: ActorList
    frames: FrameList
    fingerprint: str = field(default="", compare=False)

    @classmethod
    def load(cls, actors: Path | str | None = None, frames: Path | str | None = None) -> "Taxonomy":
        """The taxonomy of these files, by default the ones that come with zawiya.

        :raises FaultsError: with every fault of a file.
        """
        actors_path = Path(actors) if actors else _shipped()
        frames_path = Path(frames) if frames else resource("configs", "taxonomy", "frames.yaml")
        lists = list(_chain(actors_path))
        actor_list = lists[-1][1]
        for path, further in reversed(lists[:-1]):
            actor_list = _extended(actor_list, further, path)
        if faults := list(actor_faults(actor_list)):
            raise FaultsError(str(actors_path), faults)
        frame_list = config.load(FrameList, frames_path)
        if repeated := _repeated(frame.id for frame in frame_list.frames):
            raise FaultsError(str(frames_path), [f"`{name}`: this id stands twice" for name in repeated])
        digest = hashlib.sha256(b"".join(path.read_bytes() for path, _ in lists)).hexdigest()[:16]
        return cls(actor_list, frame_list, digest)

    @property
    def actor_ids(self) -> tuple[str, ...]:
        """Ids of the actors, in the order of the file."""
        return tuple(actor.id for actor in self.actors.actors)

    @property
    def frame_ids(self) -> tuple[str, ...]:
        """Ids of the frames, in the order of the file."""
        return tuple(frame.id for frame in self.frames.frames)


def _shipped() -> Path:
    return resource("configs", "taxonomy", "actors.yaml")


def _chain(path: Path) -> Iterator[tuple[Path, ActorList]]:
    """A list, the one that it extends, and so on.

    :raises FaultsError: where one of them fits no schema, or extends itself by a detour.
    """
    seen: set[Path] = set()
    while True:
        found = config.load(ActorList, path)
        yield path, found
        seen.add(path.resolve())
        if found.extends is None:
            if found.without:
                raise FaultsError(
                    str(path), ["`without`: leaves actors out of a list that is not named; add `extends`"]
                )
            return
        path, extending = _shipped() if found.extends == "default" else path.parent / found.extends, path
        if path.resolve() in seen:
            raise FaultsError(
                str(extending), [f"`extends`: {found.extends} leads back to this list; extend another one"]
            )


def _extended(base: ActorList, own: ActorList, path: Path) -> ActorList:
    """A list with what another one adds to it, changes and leaves out.

    :raises FaultsError: when it leaves out what is not there.
    """
    known = base.by_id()
    if unknown := [name for name in own.without if name not in known]:
        raise FaultsError(
            str(path), [f"`without`: {name} is no actor of {own.extends}; correct its id" for name in unknown]
        )
    mine = own.by_id()
    kept = [mine.get(actor.id, actor) for actor in base.actors if actor.id not in own.without]
    placed = set(known).difference(own.without)
    # of an id that stands twice one is added besides: that is a fault, and has to stay one
    added = [actor for actor in own.actors if actor.id not in placed or mine[actor.id] is not actor]
    return ActorList(
        version=1,
        actors=(*kept, *added),
        offices=(*base.offices, *own.offices),
        not_actors=(*base.not_actors, *own.not_actors),
        hosts_without_actor=(*base.hosts_without_actor, *own.hosts_without_actor),
    )


@lru_cache(maxsize=1 << 15)
def spellings(alias: str) -> tuple[str, ...]:
    """An alias folded: one spelling, or two where its article comes and goes."""
    bare = fold(alias.removeprefix(OPTIONAL_ARTICLE))
    return (bare, ARTICLE + bare) if alias.startswith(OPTIONAL_ARTICLE) else (bare,)


def _repeated(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [name for name in ids if name in seen or seen.add(name)]  # type: ignore[func-returns-value]


def actor_faults(actor_list: ActorList) -> Iterator[str]:
    """Everything wrong with a list that fits its schema, one line a fault with its repair."""
    for name in _repeated(actor.id for actor in actor_list.actors):
        yield f"`{name}`: this id stands twice; join the two entries"
    for actor in actor_list.actors:
        yield from _faults_of(actor)
    yield from _shared_aliases(actor_list)


def _faults_of(actor: Actor) -> Iterator[str]:
    folded = {spelling for alias in actor.aliases() for spelling in spellings(alias)}
    if not folded and not actor.descriptions:
        yield f"`{actor.id}`: has no name to be found by; add `names`"
    for alias in (*actor.aliases(), *actor.descriptions):
        if not spellings(alias)[0]:
            yield f"`{actor.id}`: alias {alias!r} has no letters; remove it"
    for rule in actor.context:
        if folded.isdisjoint(spellings(rule.alias)):
            yield f"`{actor.id}`: a context rule is about «{rule.alias}», which is none of its aliases; add it to `names`"
    for leader in actor.leaders:
        if leader.since and leader.until and leader.since[:4] > leader.until[:4]:
            yield f"`{actor.id}`: {leader.name} is in office since {leader.since} until {leader.until}; swap the two"


def _ruled(rule: Rule) -> Iterator[str]:
    """First spellings of the aliases that a rule may be about: with the article, it may be the one that comes and goes."""
    for spelling in spellings(rule.alias):
        yield spelling
        yield spelling.removeprefix(ARTICLE)


def _shared_aliases(actor_list: ActorList) -> Iterator[str]:
    """Aliases of two actors that neither dates nor rules tell apart."""
    owners: dict[str, set[str]] = defaultdict(set)
    decided: set[tuple[str, str]] = set()
    for actor in actor_list.actors:
        for alias in actor.aliases():
            owners[spellings(alias)[0]].add(actor.id)
        decided |= {(name, actor.id) for rule in actor.context for name in _ruled(rule)}
        for leader in actor.leaders:
            if leader.since or leader.until:
                decided |= {(spellings(name)[0], actor.id) for name in (leader.name, *leader.short)}
    for alias, names in owners.items():
        if sum((alias, name) not in decided for name in names) > 1:
            yield (
                f"«{alias}» names {' and '.join(sorted(names))}; keep it under one of them, or say what decides "
                "under `context` or by the `since` and `until` of a leader"
            )
