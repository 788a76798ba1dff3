"""A hub on this machine, asked by the real client: what is fetched, what is pushed, and what each refusal says."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import TOKEN, Client, Hub, serve
from tests.tiny_encoders import tiny_camelbert, tiny_xlm_roberta
from zawiya.errors import ZawiyaError
from zawiya.train.hub import push

TEXT = "أدانت موسكو تدخل."
#: No hub answers at this address.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A hub with a CAMeLBERT, an XLM-R, a gated one, one cut short and one without config."""
    repos = tmp_path_factory.mktemp("repos")
    tiny_camelbert(repos / "lab/camelbert")
    for name in ("xlm", "gated", "cut", "bare"):
        tiny_xlm_roberta(repos / "lab" / name)
    cut = repos / "lab/cut/model.safetensors"
    cut.write_bytes(cut.read_bytes()[:9000])
    (repos / "lab/bare/config.json").unlink()
    with serve(repos) as hub:
        hub.gated.add("lab/gated")
        yield hub


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the downloads lie."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def online(hub: Hub, home: Path) -> Iterator[Client]:
    with Client(hub.url, home) as client:
        yield client


@pytest.fixture(scope="module")
def fetched(online: Client) -> None:
    """CAMeLBERT and XLM-R were fetched before."""
    for name in ("lab/camelbert", "lab/xlm"):
        online.answer(pieces(name))
        online.answer(weights(name))


@pytest.fixture(scope="module", params=["unreachable", "offline"])
def cut_off(request: pytest.FixtureRequest, home: Path, fetched: None) -> Iterator[Client]:
    """A machine whose hub does not answer, or must not be asked."""
    with Client(NOWHERE, home, **({"HF_HUB_OFFLINE": "1"} if request.param == "offline" else {})) as client:
        client.mode = request.param
        yield client


def pieces(name: str, longest: int = 32) -> str:
    """Code that answers with the spans of a text's pieces."""
    return f"""
from zawiya.train.encoders import load_tokenizer
tokenizer, encoder = load_tokenizer({name!r}, longest={longest}, attention_heads=4)
answer = encoder.tokenizer.encode({TEXT!r}, add_special_tokens=False).offsets
"""


def weights(name: str, kind: str = "any") -> str:
    """Code that answers with how many parameters an encoder has."""
    return f"""
from zawiya.train.encoders import load_weights
answer = sum(p.numel() for p in load_weights({name!r}, weights={kind!r}).parameters())
"""


def test_a_word_list_alone_makes_a_tokenizer_with_offsets(online: Client) -> None:
    spans = online.answer(pieces("lab/camelbert"))
    assert [TEXT[start:end] for start, end in spans] == ["أدانت", "موسكو", "تدخل", "."]


def test_only_what_is_needed_is_fetched(online: Client, fetched: None, hub: Hub, home: Path) -> None:
    (hub.repos / "lab/xlm/flax_model.msgpack").write_bytes(b"large")
    (hub.repos / "lab/xlm/pytorch_model.bin").write_bytes(b"large")
    online.answer(weights("lab/xlm"))
    (snapshot,) = (home / "hub/models--lab--xlm/snapshots").glob(f"{hub.commit('lab/xlm')}*")
    assert "model.safetensors" in {path.name for path in snapshot.iterdir()}
    assert not {"flax_model.msgpack", "pytorch_model.bin"} & {path.name for path in snapshot.iterdir()}


def test_pickled_weights_of_the_hub_are_read_where_that_is_allowed(online: Client) -> None:
    assert online.answer(weights("lab/camelbert")) > 20_000
    assert "pickled ones only; set `model.weights: any`" in online.error(weights("lab/camelbert", "safetensors"))


def test_pickles_that_nobody_allowed_are_not_even_fetched(hub: Hub, online: Client, home: Path) -> None:
    tiny_camelbert(hub.repos / "lab/pickled")
    online.error(weights("lab/pickled", "safetensors"))
    assert not list((home / "hub/models--lab--pickled").rglob("*.bin"))


def test_the_positions_that_roberta_loses_are_known_before_weights_are_fetched(online: Client) -> None:
    online.answer(pieces("lab/xlm", longest=64))
    assert "`model.longest`: expected at most 64" in online.error(pieces("lab/xlm", longest=66))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("lab/nobody", ("'lab/nobody'", "no such model", "check its spelling", "hf auth login")),
        ("/no/such/folder", ("'/no/such/folder'", "expected a folder, or a name on the model hub", "found neither")),
        ("lab/gated", ("those only who accept its terms", "/lab/gated", "HF_TOKEN")),
        ("lab/bare", ("expected a config.json, found none",)),
    ],
)
def test_each_refusal_says_what_to_do(online: Client, name: str, parts: tuple[str, ...]) -> None:
    message = online.error(pieces(name))
    for part in parts:
        assert part in message


def test_a_folder_whose_name_is_near_is_suggested(online: Client, tmp_path: Path) -> None:
    tiny_camelbert(tmp_path / "encoder-small")
    message = online.error(pieces(str(tmp_path / "encoder-smal")))
    assert f"did you mean the folder {tmp_path / 'encoder-small'}?" in message


def test_weights_that_the_hub_has_cut_short_are_to_be_fetched_again(online: Client) -> None:
    message = online.error(weights("lab/cut"))
    assert "model.safetensors cannot be read" in message
    assert "hf download lab/cut --force-download" in message


def test_a_token_that_is_known_opens_a_gated_model(online: Client) -> None:
    code = f"import os\nos.environ['HF_TOKEN'] = {TOKEN!r}\ntry:{{}}\nfinally:\n    del os.environ['HF_TOKEN']"
    assert online.answer(code.format(pieces("lab/gated").replace("\n", "\n    ")))


def test_what_was_fetched_before_serves_without_the_hub(cut_off: Client) -> None:
    assert len(cut_off.answer(pieces("lab/camelbert"))) == 4
    assert cut_off.answer(weights("lab/camelbert")) > 20_000
    assert cut_off.answer(weights("lab/xlm", "safetensors")) > 10_000
    assert "pickled ones only" in cut_off.error(weights("lab/camelbert", "safetensors"))


def test_what_was_not_fetched_before_says_why_it_cannot_be_had(cut_off: Client) -> None:
    message = cut_off.error(pieces("lab/gated-twin"))
    expected = {
        "unreachable": f"the model hub at {NOWHERE} cannot be reached",
        "offline": "HF_HUB_OFFLINE is set",
    }
    assert expected[cut_off.mode] in message
    for way_out in ("HF_HOME", "copy the model's folder here"):
        assert way_out in message


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """The folder of a run that has ended, with a checkpoint that nobody removed."""
    folder = tmp_path / "model"
    (folder / "checkpoints/a/checkpoint-1").mkdir(parents=True)
    (folder / "checkpoints/a/checkpoint-1/optimizer.pt").write_bytes(b"state")
    (folder / "zawiya.json").write_text('{"name": "tiny"}', encoding="utf-8")
    (folder / "README.md").write_text("# tiny\n\nزاوية\n", encoding="utf-8")
    (folder / "model.onnx").write_bytes(bytes(range(256)) * 40)
    (folder / "model.safetensors").write_bytes(b"weights" * 400)
    (folder / "metrics.json").write_text(json.dumps({"test": {}}), encoding="utf-8")
    return folder


def pushed(folder: Path, name: str, **options: bool) -> str:
    """Code that pushes a folder."""
    return f"""
from pathlib import Path
from zawiya.train.hub import push
answer = push(Path({str(folder)!r}), {name!r}, **{options!r})
"""


@pytest.fixture(scope="module")
def owner(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Somebody whom the hub knows."""
    with Client(hub.url, tmp_path_factory.mktemp("owner"), HF_TOKEN=TOKEN) as client:
        yield client


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_what_is_pushed_is_the_folder_less_its_checkpoints(hub: Hub, owner: Client, finished: Path) -> None:
    assert owner.answer(pushed(finished, "me/tiny")) == f"{hub.url}/me/tiny"
    assert hub.files("me/tiny") == content(finished)
    assert hub.uploads[-1] == ("me/tiny", tuple(sorted(content(finished))))
    assert "me/tiny" not in hub.private


def test_what_was_pushed_comes_back_the_same(owner: Client, finished: Path) -> None:
    owner.answer(pushed(finished, "me/returned"))
    code = "from huggingface_hub import snapshot_download\nanswer = snapshot_download('me/returned')"
    assert content(Path(owner.answer(code))) == content(finished)


def test_a_model_is_pushed_again_over_the_one_before(hub: Hub, owner: Client, finished: Path) -> None:
    owner.answer(pushed(finished, "me/again"))
    (finished / "README.md").write_text("# better\n", encoding="utf-8")
    assert owner.answer(pushed(finished, "me/again")) == f"{hub.url}/me/again"
    assert hub.files("me/again") == content(finished)


def test_a_private_model_is_never_shown_to_all(hub: Hub, owner: Client, finished: Path) -> None:
    owner.answer(pushed(finished, "me/secret", private=True))
    assert "me/secret" in hub.private
    (hub.repos / "me/shown").mkdir(parents=True)
    assert "found a public one of that name" in owner.error(pushed(finished, "me/shown", private=True))
    assert hub.files("me/shown") == {}


def test_a_name_that_the_hub_does_not_allow_is_refused(owner: Client, finished: Path) -> None:
    assert "no name that the model hub allows" in owner.error(pushed(finished, "me/-tiny-"))


def test_a_push_that_the_hub_does_not_accept_says_what_to_do(
    hub: Hub, owner: Client, online: Client, finished: Path
) -> None:
    assert "run `hf auth login` or set HF_TOKEN" in online.error(pushed(finished, "me/unknown"))
    stranger = (
        f"import os\nos.environ['HF_TOKEN'] = 'hf_stranger'\ntry:{{}}\nfinally:\n    os.environ['HF_TOKEN'] = {TOKEN!r}"
    )
    message = owner.error(stranger.format(pushed(finished, "me/unknown").replace("\n", "\n    ")))
    assert "does not let this token write there" in message
    assert not (hub.repos / "me/unknown").exists()


def test_a_push_without_a_hub_says_so(finished: Path, home: Path) -> None:
    with Client(NOWHERE, home, HF_TOKEN=TOKEN) as client:
        message = client.error(pushed(finished, "me/tiny"))
    assert f"the model hub at {NOWHERE} cannot be reached" in message


def test_a_folder_that_is_no_finished_model_is_not_pushed(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"found no zawiya\.json"):
        push(tmp_path, "me/tiny")


@pytest.mark.parametrize("name", ["tiny", "me/", "/tiny", "a/b/c", ""])
def test_a_name_says_whose_model_it_is(finished: Path, name: str) -> None:
    with pytest.raises(ZawiyaError, match="expected `user/model`"):
        push(finished, name)
