"""A model hub on this machine, and the processes that ask it.

The hub speaks the part of the protocol that downloading and uploading a model take, so that the real client libraries
are tested, not stand-ins for them. They read their environment once, when imported: each environment has a process.
"""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

#: The token that the hub takes for uploads and for gated models.
TOKEN = "hf_of_the_tests"
#: Files that travel by the protocol for large ones; the others travel inside the commit.
LARGE = (".safetensors", ".bin", ".onnx")


@dataclass(frozen=True)
class Hub:
    """A hub that is being served.

    :param url: where it answers.
    :param repos: the folder whose ``user/model`` folders are its repositories; changes are served at once.
    :param uploads: name and paths of each commit that was taken, in order.
    :param gated: names that are given to those only who bring ``TOKEN``.
    :param private: names of repositories that were made to be shown to their owner only.
    :param blobs: large files by their hash, as they came.
    """

    url: str
    repos: Path
    uploads: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    gated: set[str] = field(default_factory=set)
    private: set[str] = field(default_factory=set)
    blobs: dict[str, bytes] = field(default_factory=dict)

    def files(self, name: str) -> dict[str, bytes]:
        """Content of a repository by path."""
        folder = self.repos / name
        return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    def commit(self, name: str) -> str:
        """A commit's name, which stands for the repository's content."""
        digest = hashlib.sha1(name.encode(), usedforsecurity=False)
        for path, content in self.files(name).items():
            digest.update(path.encode() + b"\0" + content)
        return digest.hexdigest()


@contextmanager
def serve(folder: Path) -> Iterator[Hub]:
    """Serve the ``user/model`` folders of a folder as a hub, on a port that is free."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.hub = Hub(f"http://127.0.0.1:{server.server_port}", folder)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.hub  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> Hub:
        return self.server.hub  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/revision/[^/]+)?", path):
            if self._admits(found[1]):
                self._info(found[1])
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/tree/[^/]+/?", path):
            if self._admits(found[1]):
                self._tree(found[1])
        elif found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", path):
            if self._admits(found[1]):
                self._file(found[1], found[2])
        else:
            self._fail(404, "RepoNotFound")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or self._chunks()
        path = unquote(urlsplit(self.path).path)
        if path == "/api/validate-yaml":
            self._json({"errors": [], "warnings": []})
        elif self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._fail(401, None, "Invalid credentials in Authorization header")
        elif path == "/api/repos/create":
            self._create(json.loads(body))
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/preupload/[^/]+", path):
            names = [file["path"] for file in json.loads(body)["files"]]
            self._json({"files": [_mode(name) for name in names]})
        elif re.fullmatch(r"/([^/]+/[^/]+)\.git/info/lfs/objects/batch", path):
            self._json({"transfer": "basic", "objects": [self._object(o) for o in json.loads(body)["objects"]]})
        elif found := re.fullmatch(r"/api/models/([^/]+/[^/]+)/commit/[^/]+", path):
            self._commit(found[1], [json.loads(line) for line in body.splitlines()])
        else:
            self._fail(404, "RepoNotFound")

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or self._chunks()
        self.hub.blobs[self.path.rsplit("/", 1)[-1]] = content
        self._json({})

    def _chunks(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return b""
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _admits(self, name: str) -> bool:
        if not (self.hub.repos / name).is_dir():
            self._fail(404, "RepoNotFound")
            return False
        if name in self.hub.gated and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            self._fail(401, "GatedRepo")
            return False
        return True

    def _info(self, name: str) -> None:
        siblings = [{"rfilename": path} for path in self.hub.files(name)]
        private = name in self.hub.private
        self._json(
            {"id": name, "modelId": name, "sha": self.hub.commit(name), "private": private, "siblings": siblings}
        )

    def _tree(self, name: str) -> None:
        files = self.hub.files(name).items()
        self._json([{"type": "file", "path": path, "size": len(held), "oid": _oid(held)} for path, held in files])

    def _file(self, name: str, path: str) -> None:
        content = self.hub.files(name).get(path)
        if content is None:
            self._fail(404, "EntryNotFound")
            return
        self._send(200, content, {"ETag": f'"{_oid(content)}"', "X-Repo-Commit": self.hub.commit(name)})

    def _create(self, asked: dict[str, Any]) -> None:
        name = f"{asked['organization']}/{asked['name']}"
        known = (self.hub.repos / name).is_dir()
        if not known:
            (self.hub.repos / name).mkdir(parents=True)
            if asked.get("visibility") == "private" or asked.get("private"):
                self.hub.private.add(name)
        # 409: there is one of that name
        self._json({"url": f"{self.hub.url}/{name}", "name": name, "id": name}, status=409 if known else 200)

    def _object(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {**asked, "actions": {"upload": {"href": f"{self.hub.url}/blobs/{asked['oid']}"}}}

    def _commit(self, name: str, lines: list[dict[str, Any]]) -> None:
        written = []
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                content = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                content = self.hub.blobs[value["oid"]]
            else:
                continue
            path = self.hub.repos / name / value["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(value["path"])
        self.hub.uploads.append((name, tuple(sorted(written))))
        commit = self.hub.commit(name)
        self._json({"success": True, "commitOid": commit, "commitUrl": f"{self.hub.url}/{name}/commit/{commit}"})

    def _fail(self, status: int, code: str | None, message: str = "refused") -> None:
        headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
        self._send(status, json.dumps({"error": message}).encode(), headers)

    def _json(self, value: object, *, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _mode(path: str) -> dict[str, Any]:
    return {"path": path, "uploadMode": "lfs" if path.endswith(LARGE) else "regular", "shouldIgnore": False}


def _oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


#: Runs one piece of code a line; says what it named ``answer``, or which error it met.
_LOOP = """
import json, sys, traceback
for line in sys.stdin:
    names = {}
    try:
        exec(json.loads(line), names)
        reply = {"answer": names.get("answer")}
    except Exception as error:
        kinds = [kind.__name__ for kind in type(error).__mro__]
        reply = {"kinds": kinds, "error": str(error), "trace": traceback.format_exc()}
    print("\\x1e" + json.dumps(reply), flush=True)
"""


class Client:
    """A process that talks to the hub.

    :param url: of the hub.
    :param home: folder of its downloads.
    :param env: more of its environment, such as ``HF_TOKEN``.
    """

    def __init__(self, url: str, home: Path, **env: str) -> None:
        kept = {key: value for key, value in os.environ.items() if not key.upper().startswith(("HF_", "HUGGING"))}
        ours = {"HF_ENDPOINT": url, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
        quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "OMP_NUM_THREADS": "1", "NO_PROXY": "127.0.0.1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LOOP],
            env=kept | ours | quiet | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def answer(self, code: str) -> Any:
        """What the code named ``answer``, which JSON must be able to say."""
        reply = self._reply(code)
        assert "trace" not in reply, reply["trace"]
        return reply["answer"]

    def error(self, code: str) -> str:
        """What the code said when it failed, as it must, by an error that the user can repair."""
        reply = self._reply(code)
        assert "error" in reply, f"expected an error, found {reply}"
        assert "ZawiyaError" in reply["kinds"], reply["trace"]
        return reply["error"]

    def _reply(self, code: str) -> dict[str, Any]:
        self._process.stdin.write(json.dumps(code) + "\n")
        self._process.stdin.flush()
        for line in self._process.stdout:
            if line.startswith("\x1e"):
                return json.loads(line[1:])
        raise AssertionError("the client ended without an answer")
