"""The live book: what a reader does with it, and what it refuses to everybody else."""

import re
import socket
import time

import pytest

from tests.live.conftest import multipart, start
from tests.live.test_forms import FAULTY, GOOD


def wait_for(server, number, states=("done", "failed", "cancelled"), seconds=180):
    """Follow a run to its end; return the state and where it led to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status, headers, text = server.send("GET", f"/progress/{number}")
        if status == 303:
            return "done", headers["Location"]
        assert status == 200
        for state, words in (("failed", "It failed"), ("cancelled", "Cancelled.")):
            if words in text:
                return state, text
        time.sleep(0.3)
    raise AssertionError("it did not end in time")


def snapshot(root):
    return {p: p.stat().st_mtime_ns for p in sorted((root / "build").rglob("*"))}


def read(server, path):
    status, _, text = server.send("GET", path)
    assert status == 200, text
    return text


def test_a_reader_changes_a_value_and_sees_what_moved(server, published):
    server.enter()
    page = read(server, "/chapters/one/total.html")
    assert 'href="/run/one/total"' in page
    assert "/run/" not in (server.root / "_build").joinpath(
        "editions/paper.quick/html/chapters/one/total.html"
    ).read_text("utf-8")
    form = read(server, "/run/one/total")
    assert "about" in form
    assert 'min="-10" max="10"' in form
    status, headers, _ = server.post("/run/one/total", {"shift": 3, "pause": 1.5})
    assert (status, headers["Location"]) == (303, "/progress/0")
    seen = set()
    while (found := server.send("GET", "/progress/0"))[0] == 200:
        seen |= set(re.findall(r"Section: <b>(.*?)</b>", found[2]))
        time.sleep(0.1)
    assert seen == {"Total"}
    state, place = wait_for(server, 0)
    assert state == "done"
    text = read(server, place)
    assert "<code>shift</code> from <b>0</b> to <b>3</b>" in " ".join(text.split())
    assert re.search(r"<td>6</td><td>9</td><td>33.3%</td>", text)
    assert "dataworth run one/total -p pause=1.5 -p shift=3 --profile quick" in text
    assert re.search(r"name: one-total-\w{8}\nparameters:\n  one/total:\n", text)
    mine, default = re.findall(r'<iframe title="[^"]*" src="([^"]+)"', text)[::-1]
    badge = re.search(r"one-total-\w{8}.quick", mine)[0]
    assert "Edition <code" in read(server, mine) and badge in read(server, mine)
    assert badge not in read(server, default)
    again = re.search(r'href="(/run/one/total\?[^"]+)"', text)[1].replace("&amp;", "&")
    assert 'name="shift" value="3"' in read(server, again)


def test_a_faulty_file_is_told_by_row_mended_and_run(server, published):
    server.enter()
    bad = [("own", "../quarters.csv", FAULTY.encode())]
    status, _, text = server.post("/run/one/numbers", {"scale": 7}, bad)
    assert status == 422
    assert re.search(r"<li>error: row 12.*much", text)
    assert "Nothing ran." in text
    assert 'name="scale" value="7"' in text
    assert not list((published / "build").glob("*/uploads"))
    good = [("own", "../quarters.csv", GOOD.encode())]
    assert server.post("/run/one/numbers", {"scale": 7}, good)[0] == 303
    state, place = wait_for(server, 0)
    assert state == "done", place
    page = read(server, place)
    name = re.search(r"one-numbers-\w{8}", place)[0]
    file = f"build/{name}.quick/uploads/own.csv"
    words = f"-p own={file} -p scale=7.0 --edition {name} --profile quick"
    assert words in page
    assert "Your data" in read(server, f"/editions/{name}.quick/chapters/one/numbers.html")
    assert (published / file).read_text() == GOOD


def test_one_run_at_a_time_one_waits_a_third_is_refused_and_each_can_be_cancelled(server):
    server.enter()
    for pause in (50, 51):
        assert server.post("/run/one/total", {"pause": pause})[0] == 303
    status, _, text = server.post("/run/one/total", {"pause": 52})
    assert status == 503
    assert "try again in a minute" in text
    while "Section" not in (text := read(server, "/progress/0")):
        time.sleep(0.1)
    assert "Waiting for the run before it" in read(server, "/progress/1")
    begin = time.monotonic()
    for number in (1, 0):
        assert server.post(f"/progress/{number}")[0] == 303
        assert wait_for(server, number)[0] == "cancelled"
    assert server.post("/run/one/total", {"shift": 1})[0] == 303
    assert wait_for(server, 2)[0] == "done"
    assert time.monotonic() - begin < 45
    assert not list((server.root / "build").glob("*/.staging/*"))


def test_a_run_that_fails_says_why_and_the_book_goes_on(server, published):
    server.enter()
    notebook = published / "chapters/one/other.ipynb"
    notebook.write_text(
        notebook.read_text().replace("page.record(", "raise ValueError('no luck')\\n(")
    )
    assert server.post("/run/one/other", {"code": "7"})[0] == 303
    state, text = wait_for(server, 0)
    assert state == "failed"
    assert "ValueError: no luck" in text.replace("&#39;", "'")
    read(server, "/index.html")


TOO_LARGE = 65 * 2**20
ENTERED, FORM = {"entered": True}, {"entered": True, "form": True}
RUN, OWN, EVIL = "/run/one/total", "/run/one/numbers", "http://e.example"


def sends(values=None, files=()):
    return FORM | {"values": values or {}, "files": files}


# What is sent, by whom, and what it gets. `entered`: with the reader's cookie; `form`: with
# the token of a form and its origin as well, so that only what is attacked is wrong.
ATTACKS = {
    "a form without the cookie": ({}, "GET", RUN, {}, 403),
    "a guessed token": ({}, "GET", "/?token=guess", {}, 302),
    "progress without the cookie": ({}, "GET", "/progress/0", {}, 403),
    "another's results without the cookie": ({}, "GET", "/compare/paper.quick/mine", {}, 403),
    "another's pages without the cookie": ({}, "GET", "/editions/paper.quick/index.html", {}, 403),
    "another cookie": ({}, "GET", RUN, {"Cookie": "dataworth=x"}, 403),
    "a name that leads here (DNS rebinding)": (ENTERED, "GET", "/", {"Host": "evil.example"}, 403),
    "another port's name": (ENTERED, "GET", RUN, {"Host": "127.0.0.1:1"}, 403),
    "no host at all": (ENTERED, "GET", "/", {"Host": ""}, 403),
    "a post from another page": (FORM, "POST", RUN, {"Origin": EVIL}, 403),
    "a post from another port": (FORM, "POST", RUN, {"Origin": "http://127.0.0.1:1"}, 403),
    "a post from a file": (FORM, "POST", RUN, {"Origin": "null"}, 403),
    "a post that hides its origin": (FORM, "POST", RUN, {"Origin": None}, 403),
    "a post with the cookie alone": (ENTERED | {"origin": True}, "POST", RUN, {}, 403),
    "a cancellation from elsewhere": (FORM, "POST", "/progress/0", {"Origin": EVIL}, 403),
    "a method that nobody needs": (FORM, "PUT", RUN, {}, 405),
    "a run by its address alone": (ENTERED, "GET", "/run/one/total?shift=3&profile=full", {}, 200),
    "a way out of the book": ({}, "GET", "/../../build/paper.quick/edition.yml", {}, 403),
    "the same, encoded": ({}, "GET", "/%2e%2e/%2e%2e/build/paper.quick/edition.yml", {}, 403),
    "the same, encoded twice": ({}, "GET", "/%252e%252e/edition.yml", {}, 404),
    "an absolute path": ({}, "GET", "//etc/passwd", {}, 403),
    "a path with a null": ({}, "GET", "/index%00.html", {}, 404),
    "a way out of an edition": (
        ENTERED, "GET", "/editions/paper.quick/../../../build/paper.quick/edition.yml", {}, 403,
    ),
    "an edition by a path": (ENTERED, "GET", "/editions/..%2f..%2fetc/passwd", {}, 403),
    "an edition that is none": (ENTERED, "GET", "/editions/site/index.html", {}, 404),
    "a comparison by paths": (ENTERED, "GET", "/compare/..%2f..%2fetc/paper.quick", {}, 403),
    "a comparison with nobody": (ENTERED, "GET", "/compare/paper.quick/nobody", {}, 404),
    "a chapter that is none": (ENTERED, "GET", "/run/one/nothing", {}, 404),
    "a chapter by a path": (ENTERED, "GET", "/run/../etc", {}, 404),
    "a run that is none": (ENTERED, "GET", "/progress/99", {}, 404),
    "a script in an address": (ENTERED, "GET", "/run/one/total?shift=%22%3E%3Cscript%3E1", {}, 200),
    "bytes that are no text": (ENTERED, "GET", "/run/one/total?shift=%ff", {}, 400),
    "a post that is no form": (FORM | {"body": b"\0" * 99}, "POST", RUN, {}, 400),
    "a form of a thousand fields": (
        sends({f"x{n}": 1 for n in range(1000)}), "POST", RUN, {}, 400,
    ),
    "a profile of one's own": (sends({"profile": "../x"}), "POST", RUN, {}, 400),
    "a parameter of one's own": (sends({"root": "/"}), "POST", RUN, {}, 422),
    "code for a number": (
        sends({"shift": "__import__('os').system('id')"}), "POST", RUN, {}, 422,
    ),
    "a path for a file": (sends({"own": "/etc/passwd"}), "POST", OWN, {}, 422),
    "a file for a number": (sends(files=[("shift", "a", b"1")]), "POST", RUN, {}, 422),
    "two files for one": (
        sends(files=[("own", "a", b"1"), ("own", "b", b"1")]), "POST", OWN, {}, 422,
    ),
    "a file that is a program": (
        sends(files=[("own", "../x.sh", b"#!/bin/sh\nid\n")]), "POST", OWN, {}, 422,
    ),
    "a script for a note": (
        sends({"scale": "<script>alert(1)</script>"}), "POST", OWN, {}, 422,
    ),
}  # fmt: skip


def attack(server, who, method, path, headers):
    cookie = dict(server.headers)
    if not who.get("entered"):
        server.headers.clear()
    try:
        body = b""
        if method != "GET":
            values = {"token": server.secret} if who.get("form") else {}
            body, kind = multipart(values | who.get("values", {}), who.get("files", ()))
            body = who.get("body", body)
            own = {"Content_Type": kind}
            if who.get("form") or who.get("origin"):
                own["Origin"] = server.address
            headers = own | headers
        return server.send(method, path, body, **headers)
    finally:
        server.headers.update(cookie)


@pytest.fixture(scope="module")
def besieged(published_once):
    """One server for all attacks: what one of them broke, the next would notice."""
    server = start(published_once)
    server.enter()
    server.secret = server.form_token()
    yield server
    server.process.terminate()
    server.process.wait(timeout=60)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_what_is_written_here_and_changes_nothing(besieged, name):
    who, method, path, headers, expected = ATTACKS[name]
    before = snapshot(besieged.root)
    status, answered, text = attack(besieged, who, method, path, headers)
    assert status == expected
    assert "<script>1" not in text and "<script>alert" not in text
    assert "Set-Cookie" not in answered
    assert "Traceback" not in text
    assert snapshot(besieged.root) == before
    assert besieged.send("GET", "/index.html")[0] == 200


def test_a_post_that_is_too_large_is_cut_off(besieged):
    before = snapshot(besieged.root)
    with socket.create_connection(("127.0.0.1", besieged.port), timeout=30) as raw:
        head = f"POST /run/one/total HTTP/1.1\r\nHost: 127.0.0.1:{besieged.port}\r\n"
        raw.sendall(f"{head}Content-Length: {TOO_LARGE}\r\n\r\n".encode())
        assert b"400 Bad Request" in raw.recv(1000)
    assert snapshot(besieged.root) == before


def test_an_upload_that_breaks_off_leaves_nothing(besieged):
    before = snapshot(besieged.root)
    for share in (1, 50, 5000):
        with socket.create_connection(("127.0.0.1", besieged.port), timeout=30) as raw:
            body, kind = multipart({"token": besieged.secret}, [("own", "a.csv", b"x" * 90_000)])
            head = f"POST /run/one/numbers HTTP/1.1\r\nHost: 127.0.0.1:{besieged.port}\r\n"
            head += f"Origin: {besieged.address}\r\nCookie: {besieged.headers['Cookie']}\r\n"
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            raw.sendall(head.encode() + body[:share])
    assert snapshot(besieged.root) == before
    assert besieged.send("GET", "/run/one/numbers")[0] == 200


def test_only_this_machine_is_answered(besieged):
    listening = {c.laddr.ip for c in connections(besieged.process.pid)}
    assert listening == {"127.0.0.1"}


def connections(pid):
    import psutil

    return [c for c in psutil.Process(pid).net_connections() if c.status == "LISTEN"]


def test_pages_forbid_others_to_frame_or_read_them(besieged):
    for path in ("/index.html", "/run/one/total", "/chapters/one/total.html"):
        _, headers, _ = besieged.send("GET", path)
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in headers
