"""A small book that was built and published, and its live server."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dataworth.places import find_root
from tests.minibook import make_mini, make_pages

READER = 'help: A file, reader: "dataworth.inputs.series:read_series"'


def make_live_mini(root: Path) -> None:
    """Write the small book; its file is a quarterly series."""
    make_mini(root)
    make_pages(root)
    shutil.copytree(find_root(Path(__file__).parent) / "data" / "inputs", root / "data" / "inputs")
    registry = root / "chapters" / "registry.yml"
    registry.write_text(registry.read_text().replace("help: A file", READER))


@pytest.fixture(scope="session")
def published_once(tmp_path_factory) -> Path:
    """Build and publish the small book with the quick profile, once."""
    from dataworth.book.editions import Edition
    from dataworth.book.engine import build_chapters
    from dataworth.book.publish import publish

    root = tmp_path_factory.mktemp("published") / "mini"
    make_live_mini(root)
    build_chapters(root=root, jobs=2, edition=Edition(profile="quick"))
    publish(root, Edition(profile="quick"))
    return root


@pytest.fixture
def published(published_once, tmp_path, monkeypatch) -> Path:
    """Give a copy of it, made the working directory."""
    root = shutil.copytree(published_once, tmp_path / "published")
    monkeypatch.chdir(root)
    return root


@dataclass
class Server:
    """A live book in a process of its own, and a reader who may have its token."""

    process: subprocess.Popen
    root: Path
    port: int
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def enter(self) -> None:
        """Open the address that was printed, as a reader does first."""
        status, headers, _ = self.send("GET", f"/?token={self.token}")
        assert status == 302
        self.headers["Cookie"] = headers["Set-Cookie"].partition(";")[0]

    def send(self, method, path, body=b"", **headers):
        """Send one request as it is; return status, headers and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.putrequest(method, path, skip_host="Host" in headers)
        own = {**self.headers, "Content-Length": str(len(body)), **headers}
        for name, value in own.items():
            if value is not None:
                connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return answer.status, dict(answer.getheaders()), text

    def form_token(self) -> str:
        _, _, text = self.send("GET", "/run/one/total")
        return re.search(r'name="token" value="([^"]+)"', text)[1]

    def post(self, path, values=None, files=(), **headers):
        """Send a form as a browser does, with its token and its origin."""
        values = {"token": self.form_token(), **(values or {})}
        body, kind = multipart(values, files)
        headers = {"Origin": self.address, "Content_Type": kind, **headers}
        return self.send("POST", path, body, **headers)


def multipart(values, files=()):
    """Write a form's body; `files` are name, file's name and content."""
    parts = [(f'name="{name}"', str(value).encode()) for name, value in values.items()]
    parts += [(f'name="{name}"; filename="{file}"', content) for name, file, content in files]
    lines = b"".join(
        b"--b0undary\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + content
        + b"\r\n"
        for head, content in parts
    )  # fmt: skip
    return lines + b"--b0undary--\r\n", "multipart/form-data; boundary=b0undary"


def start(root: Path) -> Server:
    command = [sys.executable, "-m", "dataworth.cli", "serve", "--profile", "quick", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, text=True, env=environment
    )
    address = urlsplit(process.stdout.readline().split()[0])
    return Server(process, root, address.port, address.query.partition("=")[2])


@pytest.fixture
def server(published):
    """Start the live book."""
    server = start(published)
    yield server
    server.process.terminate()
    server.process.wait(timeout=60)
