"""What the documentation says of intervals is what was measured, and it is what was promised."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RESULTS = json.loads((ROOT / "benchmarks" / "results" / "coverage.json").read_text(encoding="utf-8"))


def test_corrected_intervals_hold_the_truth_as_often_as_they_say():
    assert RESULTS["rounds"] >= 300
    assert len(RESULTS["rows"]) == 36
    for row in RESULTS["rows"]:
        assert 0.93 <= row["corrected"] <= 0.97, row


def test_the_documentation_holds_the_measured_table():
    module = runpy.run_path(str(ROOT / "benchmarks" / "coverage.py"))
    text = (ROOT / "docs" / "measuring.md").read_text(encoding="utf-8")
    assert module["as_markdown"](RESULTS["rows"]) in text
    assert f"({RESULTS['rounds']} rounds;" in text


def test_a_small_run_of_the_benchmark_covers():
    module = runpy.run_path(str(ROOT / "benchmarks" / "coverage.py"))
    found = module["rounds"](module["truths"](40_000), "stratified", 300, 6)
    assert found["stance by outlet and actor"]["intervals"] > 50
    assert found["stance by outlet and actor"]["corrected"] > 0.85
    assert found["stance by outlet and actor"]["counted"] < 0.7
