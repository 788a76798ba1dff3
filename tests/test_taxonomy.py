"""Actor and frame lists: the shipped ones, and every fault of others at once."""

from pathlib import Path

import pytest
import yaml

from zawiya import FaultsError, Taxonomy
from zawiya.resources import resource

CODEBOOK = Path(__file__).parents[1] / "data" / "codebook"


def ids(table: str) -> list[str]:
    return [line.split("\t")[0] for line in (CODEBOOK / table).read_text(encoding="utf-8").splitlines()[1:]]


def test_shipped_lists_hold_every_id_of_the_codebook():
    taxonomy = Taxonomy.load()
    assert list(taxonomy.actor_ids) == ids("actors.tsv")
    assert list(taxonomy.frame_ids) == ids("frames.tsv")


def test_shipped_actors_have_at_least_1500_aliases():
    assert sum(len(list(actor.aliases())) for actor in Taxonomy.load().actors.actors) >= 1500


def test_the_example_of_another_topic_loads():
    taxonomy = Taxonomy.load(resource("configs", "taxonomy", "example_climate.yaml"))
    assert len(taxonomy.actor_ids) >= 5


def write(path: Path, actors: list[dict], **rest) -> Path:
    path.write_text(yaml.safe_dump({"version": 1, "actors": actors, **rest}, allow_unicode=True), encoding="utf-8")
    return path


def actor(name: str, **rest) -> dict:
    return {"id": name, "kind": "state", "arabic": "س", "english": name, **rest}


def test_all_faults_of_the_schema_are_named_at_once(tmp_path):
    path = write(
        tmp_path / "actors.yaml",
        [actor("Bad Id", names=["س"]), actor("b", nmaes=["ص"]), {"id": "c", "kind": "planet", "arabic": "ع"}],
    )
    with pytest.raises(FaultsError) as caught:
        Taxonomy.load(path)
    faults = "\n".join(caught.value.faults)
    assert "actors.0.id" in faults
    assert "`actors.1.nmaes`: unknown key; did you mean `names`?" in faults
    assert "actors.2.kind" in faults
    assert "actors.2.english" in faults


def test_all_faults_of_meaning_are_named_at_once(tmp_path):
    path = write(
        tmp_path / "actors.yaml",
        [
            actor("a", names=["روسيا", "..."]),
            actor("a", names=["الصين"]),
            actor("c", names=["رُوسيا"]),  # the name of `a`, vowelled
            actor("d"),
            actor("e", names=["مالي"], context=[{"alias": "قطر", "near": ["الدوحة"]}]),
            actor("f", leaders=[{"name": "فلان", "since": 2020, "until": 2010}]),
        ],
    )
    with pytest.raises(FaultsError) as caught:
        Taxonomy.load(path)
    faults = "\n".join(caught.value.faults)
    for expected in ("`a`: this id stands twice", "has no letters", "«روسيا»", "`d`: has no name", "«قطر»", "فلان"):
        assert expected in faults


def test_a_name_of_two_actors_is_fine_where_dates_decide(tmp_path):
    path = write(
        tmp_path / "actors.yaml",
        [
            actor("a", names=["ا ب"], leaders=[{"name": "فلان", "since": 2010, "until": 2020}]),
            actor("b", names=["ج د"], leaders=[{"name": "فلان", "since": 2021}]),
        ],
    )
    assert Taxonomy.load(path).actor_ids == ("a", "b")


def test_fingerprints_differ_with_the_file(tmp_path):
    first = Taxonomy.load(write(tmp_path / "one.yaml", [actor("a", names=["روسيا"])]))
    second = Taxonomy.load(write(tmp_path / "two.yaml", [actor("a", names=["موسكو"])]))
    assert first.fingerprint != second.fingerprint


def test_an_alias_that_is_only_an_optional_article_has_no_letters(tmp_path):
    path = write(tmp_path / "actors.yaml", [actor("a", names=["روسيا", "(ال)..."])])
    with pytest.raises(FaultsError, match="has no letters"):
        Taxonomy.load(path)


@pytest.fixture
def base(tmp_path):
    path = tmp_path / "base.yaml"
    return write(path, [actor("a", names=["روسيا"]), actor("b", names=["الصين"])], offices=["وزير"])


def test_a_list_adds_to_another_changes_it_and_leaves_out(base):
    path = write(
        base.parent / "mine.yaml",
        [actor("c", names=["الهند"]), actor("a", names=["موسكو"])],
        extends="base.yaml",
        without=["b"],
        offices=["سفير"],
    )
    taxonomy = Taxonomy.load(path)
    assert {one.id: one.names for one in taxonomy.actors.actors} == {"a": ("موسكو",), "c": ("الهند",)}
    assert taxonomy.actors.offices == ("وزير", "سفير")


def test_the_list_that_comes_with_zawiya_can_be_extended(tmp_path):
    path = write(tmp_path / "mine.yaml", [actor("hydra", names=["منظمة الهيدرا"])], extends="default")
    assert Taxonomy.load(path).actor_ids == (*Taxonomy.load().actor_ids, "hydra")


def test_the_fingerprint_is_also_that_of_the_extended_list(base):
    path = write(base.parent / "mine.yaml", [actor("c", names=["الهند"])], extends="base.yaml")
    before = Taxonomy.load(path).fingerprint
    write(base, [actor("a", names=["روسيا", "موسكو"])])
    assert Taxonomy.load(path).fingerprint != before


@pytest.mark.parametrize(
    ("actors", "rest", "fault"),
    [
        ([actor("c", names=["الصين"])], {"extends": "base.yaml"}, "«الصين» names b and c"),
        ([], {"extends": "base.yaml", "without": ["x"]}, "`without`: x is no actor of base.yaml"),
        ([actor("c", names=["الهند"])], {"without": ["a"]}, "add `extends`"),
        ([], {"extends": "mine.yaml"}, "leads back to this list"),
        ([actor("a", names=["س"]), actor("a", names=["ص"])], {"extends": "base.yaml"}, "`a`: this id stands twice"),
    ],
)
def test_faults_of_an_extension_are_named(base, actors, rest, fault):
    with pytest.raises(FaultsError, match=fault):
        Taxonomy.load(write(base.parent / "mine.yaml", actors, **rest))
