"""The light runtime stays light, and arrows between the packages run one way."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TRAINING = {"torch", "transformers", "sklearn", "datasets", "gensim", "accelerate", "datasketch", "onnx"}


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a statement leaves loaded in a process of its own."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_importing_zawiya_loads_next_to_nothing() -> None:
    heavy = {"numpy", "pydantic", "onnxruntime", "tokenizers", "yaml", "typer", "pyarrow", "trafilatura"}
    assert not loaded_by("import zawiya") & (TRAINING | heavy)


@pytest.mark.parametrize(
    "statement",
    [
        "from zawiya import Labeler, Article, Mention, Sentence, Taxonomy, ZawiyaError, FaultsError",
        "import zawiya.__main__",
        "import zawiya.infer.run, zawiya.infer.command",
        "import zawiya.train.command, zawiya.train.settings, zawiya.train.pretrain.settings",
        "import zawiya.study.measure.command, zawiya.study.report.command, zawiya.study.annotate.command",
    ],
)
def test_the_light_runtime_loads_no_training_package(statement: str) -> None:
    assert not loaded_by(statement) & TRAINING


def test_only_agreement_loads_what_takes_long() -> None:
    assert "sklearn" not in loaded_by("import zawiya.study.annotate.exporting, zawiya.study.annotate.view")


def test_onnxruntime_is_loaded_by_a_model_only() -> None:
    assert "onnxruntime" not in loaded_by("from zawiya import Labeler")


def test_everything_that_zawiya_offers_can_be_imported() -> None:
    import zawiya

    for name in zawiya.__all__:
        assert getattr(zawiya, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'Labeller'"):
        zawiya.Labeller  # noqa: B018
    assert zawiya.__version__


def imports_of(path: Path, package: str) -> Iterator[str]:
    """The absolute names of the modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # one dot is the file's own package, each further one the package above
            parents = package.split(".")
            base = ".".join(parents[: len(parents) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def modules_under(folder: str, package: str) -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield path, ".".join((package, *path.relative_to(ROOT / folder).parent.parts))


@pytest.mark.parametrize(
    ("folder", "package", "forbidden"),
    [
        ("zawiya", "zawiya", ("zawiya.train", "zawiya.infer", "zawiya.study", "train", "infer", "study")),
        ("train", "zawiya.train", ("zawiya.infer", "zawiya.study", "infer", "train", "study")),
        ("infer", "zawiya.infer", ("zawiya.train", "zawiya.study", "train", "infer", "study")),
        ("study", "zawiya.study", ("zawiya.train", "train", "infer", "study")),
    ],
)
def test_arrows_between_packages_run_one_way(folder: str, package: str, forbidden: tuple[str, ...]) -> None:
    checked = 0
    for path, place in modules_under(folder, package):
        checked += 1
        for name in imports_of(path, place):
            wrong = [other for other in forbidden if name == other or name.startswith(f"{other}.")]
            assert not wrong, f"{path.relative_to(ROOT)} imports {name}"
    assert checked > 5


def test_the_library_imports_no_training_package() -> None:
    for folder in ("zawiya", "infer"):
        for path, place in modules_under(folder, folder):
            assert not {name.partition(".")[0] for name in imports_of(path, place)} & TRAINING, path.name
