"""The picture of a report in the README, from the articles that come with zawiya.

    python docs/picture.py

Takes Chromium and the extras ``report`` and ``dev``. The page that it shows is the one that the README's commands make.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
#: Of the page, in CSS pixels: wide enough for the matrix of ten actors.
WIDTH, HEIGHT = 1080, 790


def main() -> None:
    """Label, report, and look at who holds what toward whom."""
    with tempfile.TemporaryDirectory() as scratch:
        labelled = Path(scratch) / "labelled"
        zawiya = [sys.executable, "-m", "zawiya"]
        subprocess.run([*zawiya, "infer", str(ROOT / "data/articles"), "--out", str(labelled), "--quiet"], check=True)
        subprocess.run([*zawiya, "report", str(labelled)], check=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
            page.goto((labelled / "report.html").as_uri())
            place = page.locator("section#holders").bounding_box()
            if place is None:
                raise SystemExit("the report has no section that says who holds what")
            clip = {"x": 0, "y": place["y"] + 8, "width": WIDTH, "height": HEIGHT}
            page.screenshot(path=ROOT / "docs/report.png", full_page=True, clip=clip)
            browser.close()


if __name__ == "__main__":
    main()
