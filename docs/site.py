"""A hook of MkDocs: links out of ``docs/`` lead to the repository, where the files lie that the site does not have.

On a forge and in a checkout such links are right as they stand. Without the repository's address (``ZAWIYA_REPOSITORY``,
such as https://example.org/zawiya/blob/main) the site has nothing to link to and shows the path instead.
"""

import os
import re
from typing import Any

#: A link whose target lies above this folder.
_OUTSIDE = re.compile(r"\[([^\]\n]+)\]\(\.\./([^)\s]+)\)")


def on_page_markdown(markdown: str, **_: Any) -> str:  # noqa: ANN401 - what MkDocs passes besides
    """The page with links that the site can follow."""
    address = os.environ.get("ZAWIYA_REPOSITORY", "").rstrip("/")

    def followed(link: re.Match[str]) -> str:
        text, path = link.groups()
        if address:
            return f"[{text}]({address}/{path})"
        plain = path.partition("#")[0]
        return text if plain in text else f"{text} (`{plain}`)"

    return _OUTSIDE.sub(followed, markdown)
