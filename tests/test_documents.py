"""What stands beside the README is true as far as a test can tell: its links lead somewhere, and so do the paths it names."""

import re
from pathlib import Path

import pytest
import yaml

import zawiya

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")] + sorted(
    ROOT.glob("docs/*.md")
)
#: What begins a path of this repository.
FOLDERS = "zawiya|train|infer|study|configs|data|models|tests|benchmarks|docs"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / link).exists(), link


def test_paths_that_the_contributors_guide_names_exist() -> None:
    named = re.findall(rf"`((?:{FOLDERS})/[\w./]*)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert len(named) > 10
    for path in named:
        assert (ROOT / path).exists(), path


def test_the_citation_is_of_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == zawiya.__version__
    assert zawiya.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
