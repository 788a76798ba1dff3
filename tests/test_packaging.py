"""What is built holds what is needed, what is needed is declared, and what is said of installing was measured."""

import ast
import fnmatch
import json
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
META, TOOL = PROJECT["project"], PROJECT["tool"]["setuptools"]
FOLDERS: dict[str, str] = TOOL["package-dir"]
EXTRAS: dict[str, list[str]] = META["optional-dependencies"]
PINNED = {
    canonicalize_name(name): version
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
}
#: Files that a checkout holds beside those of the packages.
LEFT = ("__pycache__", ".egg-info")


def files_of(folder: str) -> Iterator[tuple[str, str]]:
    """The files of a packaged folder: path from the root, and path in the wheel."""
    [package] = [package for package, place in FOLDERS.items() if place == folder]
    for path in sorted((ROOT / folder).rglob("*")):
        if path.is_file() and not any(part.startswith(".") or part in LEFT for part in path.parts[len(ROOT.parts) :]):
            inside = path.relative_to(ROOT / folder).as_posix()
            yield f"{folder}/{inside}", f"{package.replace('.', '/')}/{inside}"


WANTED = dict(pair for folder in FOLDERS.values() for pair in files_of(folder))


def requirements() -> list[Requirement]:
    lines = [*META["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    return [Requirement(line) for line in lines if not line.startswith("zawiya")]


def test_every_folder_with_code_is_a_package_that_is_built() -> None:
    found = {Path(inside).parent.as_posix().replace("/", ".") for inside in WANTED.values() if inside.endswith(".py")}
    assert len(found) > 10
    assert found <= set(TOOL["packages"])


def test_every_file_that_is_no_code_travels_with_its_package() -> None:
    globs = [f"{package.replace('.', '/')}/{glob}" for package, ones in TOOL["package-data"].items() for glob in ones]
    # of fnmatch, * takes slashes too; ** is for any number of folders, none among them
    either = [form for glob in globs for form in (glob, glob.replace("**/", ""))]
    for path, inside in WANTED.items():
        assert inside.endswith(".py") or any(fnmatch.fnmatch(inside, glob) for glob in either), path


def test_every_command_leads_to_a_function() -> None:
    for target in META["entry-points"]["zawiya.commands"].values():
        module, _, name = target.partition(":")
        [path] = [path for path, inside in WANTED.items() if inside == f"{module.replace('.', '/')}.py"]
        body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
        defined = {node.name for node in body if isinstance(node, ast.FunctionDef)}
        assigned = {ast.unparse(node.targets[0]) for node in body if isinstance(node, ast.Assign)}
        assert name in defined | assigned, target


def test_every_requirement_says_from_which_version_on() -> None:
    for requirement in requirements():
        assert any(part.operator == ">=" for part in requirement.specifier), requirement


def test_the_versions_that_are_tested_are_versions_that_are_allowed() -> None:
    for requirement in requirements():
        assert PINNED[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def modules_imported(folder: str) -> set[str]:
    """Top-level names of what is imported, wherever in a file."""
    found: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found.add((node.module or "").partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"zawiya"} - OPTIONAL


#: What comes with a requirement by contract, and what is used only if somebody has installed it.
BROUGHT = {"scipy": "scikit-learn", "markupsafe": "jinja2", "lxml": "trafilatura"}
OPTIONAL = {"fsspec"}


@pytest.mark.parametrize("folder", ["zawiya", "train", "infer", "study"])
def test_everything_imported_is_declared(folder: str) -> None:
    declared = {canonicalize_name(requirement.name) for requirement in requirements()}
    homes = packages_distributions()
    for module in modules_imported(folder):
        names = {canonicalize_name(name) for name in homes.get(module, [module])}
        names |= {BROUGHT[name] for name in names & set(BROUGHT)}
        assert names & declared, f"{folder} imports {module} of {names}, which no requirement brings"


def test_versions_of_python_are_named_from_the_lowest_on() -> None:
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(META["classifiers"]))
    assert META["requires-python"] == f">={named[0]}"
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py{named[0].replace('.', '')}"
    document = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    assert all(re.search(rf"\b{re.escape(version)}\b", document) for version in named)


def test_every_extra_is_explained() -> None:
    document = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `\[?(\w+)\]?` \|", document, flags=re.MULTILINE) == [*EXTRAS]


def test_the_notice_names_every_text_that_the_encoder_was_made_from() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    card = (ROOT / "models" / "encoder" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| [\d.]+ \| (.+?) \|$", card, flags=re.MULTILINE)
    assert len(rows) > 10
    for sources, licences in rows:
        for source in re.sub(r" \(.*?\)", "", sources).split(", "):
            assert source in notice, source
        for licence in re.findall(r"CC BY[\w-]* [\d.]+|Apache-[\d.]+|GPL-[\d.]+|MIT|none stated", licences):
            assert licence in notice, licence


def test_the_notice_names_every_file_that_the_model_learnt_from() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    card = (ROOT / "models" / "default" / "README.md").read_text(encoding="utf-8")
    [learnt] = re.findall(r"^- Learnt from: (.+)$", card, flags=re.MULTILINE)
    names = re.findall(r"`(.+?)`", learnt)
    assert names
    assert all(name in notice for name in names)


def test_the_table_of_sizes_and_times_is_what_was_measured() -> None:
    module = runpy.run_path(str(ROOT / "benchmarks" / "installing.py"))
    results = json.loads((ROOT / "benchmarks" / "results" / "installing.json").read_text(encoding="utf-8"))
    document = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    for line in module["table"](results):
        assert line in document, line


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of a copy of this tree."""
    if find_spec("setuptools") is None:
        pytest.skip("setuptools, which builds, is not installed")
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in (*FOLDERS.values(), "benchmarks", "docs", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, source)
    quick = {"--build-option": ["--compression=stored"]}
    code = f"from setuptools.build_meta import *; build_wheel({str(out)!r}, {quick!r}); build_sdist({str(out)!r})"
    done = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_its_folders_and_no_other(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        about = {name.partition("/")[2] for name in archive.namelist() if ".dist-info/" in name}
    assert held == set(WANTED.values())
    assert {"licenses/LICENSE", "licenses/NOTICE", "entry_points.txt"} <= about


@pytest.mark.slow
def test_the_sdist_holds_what_the_tests_read(built: Path) -> None:
    [sdist] = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    # what git does not carry either
    passing = re.compile(r"__pycache__|\.py[cod]$|/\.")
    beside = [
        path.relative_to(ROOT).as_posix()
        for folder in ("tests", "docs", "benchmarks")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    ]
    roots = [
        path.name
        for path in ROOT.iterdir()
        if path.is_file() and (path.suffix in (".md", ".yml", ".cff", ".txt") or path.name in ("Makefile", "NOTICE"))
    ]
    wanted = {path for path in (*WANTED, *beside, *roots) if not passing.search(path)}
    assert {"README.md", "constraints.txt", "CITATION.cff"} < wanted
    assert wanted <= held


@pytest.mark.slow
def test_the_wheel_works_in_any_folder(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [wheel] = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    # before the checkout that the environment knows; nothing but what the wheel holds can be found
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))

    def called(*command: str, folder: Path = tmp_path) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert called("-c", "import zawiya.infer as one; print(one.__file__)").startswith(str(tmp_path / "site"))
    assert "zawiya-default" in called("-m", "zawiya", "--version")
    called("-m", "zawiya", "init", "work")
    work = tmp_path / "work"
    called("-m", "zawiya", "infer", "data/articles/dhifaf-agency", "--out", "labelled", "--quiet", folder=work)
    assert len((work / "labelled" / "stances.csv").read_text(encoding="utf-8").splitlines()) > 20
    called("-m", "zawiya", "report", "labelled", "--explain", "0", folder=work)
    assert (work / "labelled" / "report.html").stat().st_size > 100_000
    # the small config: that the other finds its encoder is all that is left to know
    assert "236 articles to learn from" in called(
        "-m", "zawiya", "train", "configs/train/tfidf.yaml", "--dry-run", folder=work
    )
    held = called("-c", "from zawiya.resources import resource; print(resource('models', 'encoder'))")
    assert held.strip() == str(tmp_path / "site" / "zawiya" / "models" / "encoder")
