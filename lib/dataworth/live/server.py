"""The live book's server: static pages, forms, progress, comparisons; on this machine alone.

What a stranger's page, or another user of this machine, can send is refused: requests under
another host's name, posts from another origin, and whatever runs or shows a reader's own
data without the token that is in the address that the command prints.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tornado import httpserver, netutil, web

from dataworth.book.editions import DEFAULT, PROFILES, RECORD, Edition
from dataworth.book.engine import edition_folder
from dataworth.book.publish import html_folder
from dataworth.book.registry import Registry
from dataworth.errors import InputError
from dataworth.live import compare, forms
from dataworth.live.pages import pages_folder
from dataworth.live.queue import Queue, Run
from dataworth.typeset import environment

HERE = Path(__file__).parent
TEMPLATES = environment(HERE / "templates")
TEMPLATES.filters["value"] = compare.show_value
LARGEST_POST = 64 * 2**20  # bytes, files of a form together
SHOWN = 30  # changes before the fold
HEAD = '<div class="dw-head'
CHAPTER = r"([a-z0-9_]+/[a-z0-9_]+)"
FOLDER = r"([a-z0-9.-]{1,80})"
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)


class Live:
    """What the pages of one server share: the book, its queue, and its secrets."""

    def __init__(self, root: Path, registry: Registry, served: Edition) -> None:
        self.root, self.registry, self.served = root, registry, served
        self.html = html_folder(root, served)
        self.queue = Queue(root, registry, served)
        self.token, self.form_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.hosts: set[str] = set()
        self.cookie = ""

    def listen(self, port: int) -> str:
        """Begin to answer at a port of the loopback address (0: any free one).

        Returns
        -------
        str
            The address that lets its reader in.

        Raises
        ------
        OSError
            The port is taken.
        """
        # As its user's: another program at the same port of another address is not ours.
        (socket,) = netutil.bind_sockets(port, "127.0.0.1")
        bound = socket.getsockname()[1]
        self.hosts = {f"127.0.0.1:{bound}", f"localhost:{bound}"}
        self.cookie = f"dataworth-{bound}"
        server = httpserver.HTTPServer(
            self.application(),
            max_body_size=LARGEST_POST,
            max_buffer_size=LARGEST_POST + 2**20,
            body_timeout=120,
            idle_connection_timeout=120,
        )
        server.add_socket(socket)
        return f"http://127.0.0.1:{bound}/?token={self.token}"

    def application(self) -> web.Application:
        """Return the pages by their addresses."""
        book = {"path": str(self.html), "default_filename": "index.html"}
        return web.Application(
            [
                (r"/live/(live\.(?:css|js))", Static, {"path": str(HERE / "templates")}),
                (rf"/run/{CHAPTER}", Form),
                (r"/progress/(\d{1,6})", Progress),
                (rf"/compare/{FOLDER}/{FOLDER}", Compare),
                (rf"/editions/{FOLDER}/(.*)", ReadersPages, book),
                (r"/(.*)", BookPages, book),
            ],
            live=self,
            log_function=lambda handler: None,
        )


class Guarded(web.RequestHandler):
    """A request that is let in only from this machine's own pages."""

    private = True

    @property
    def live(self) -> Live:
        """What the pages share."""
        return self.settings["live"]

    def set_default_headers(self) -> None:
        """Forbid other pages to frame, read or guess at this one."""
        for name, value in (
            ("Content-Security-Policy", POLICY),
            ("Referrer-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.set_header(name, value)

    def prepare(self) -> None:
        """Let a request in, or not, before anything of it is looked at."""
        host = self.request.host
        if host not in self.live.hosts:
            raise web.HTTPError(403, reason="Another host's name")
        if any("\0" in part for part in self.path_args):
            raise web.HTTPError(404)
        if self.request.method not in ("GET", "HEAD"):
            if self.request.headers.get("Origin") != f"http://{host}":
                raise web.HTTPError(403, reason="Sent from another page")
            if not _same(self.get_body_argument("token", ""), self.live.form_token):
                raise web.HTTPError(403, reason="Without the token of a form")
        if token := self.get_query_argument("token", ""):
            if _same(token, self.live.token):
                self.set_cookie(self.live.cookie, token, httponly=True, samesite="Strict")
            self.redirect(self.request.path)
        elif self.private and not _same(self.get_cookie(self.live.cookie, ""), self.live.token):
            raise web.HTTPError(403, reason="Open the address that dataworth serve printed")

    def write_error(self, status_code: int, **_: Any) -> None:
        """Write in one line what was wrong."""
        self.page("message.html", title="This did not work", lines=[self._reason])

    def page(self, template: str, **values: Any) -> None:
        """Answer with a page."""
        shared = {"token": self.live.form_token, "registry": self.live.registry, "chapter": None}
        self.set_header("Cache-Control", "no-store")
        self.finish(TEMPLATES.get_template(template).render(**shared | values))

    def edition(self, folder: str) -> Edition:
        """Return the edition in a folder; only the names of those that exist are accepted."""
        try:
            return compare.read_folder(self.live.registry, self.live.root, folder)
        except InputError as error:
            raise web.HTTPError(404, reason="There is no such edition") from error

    def chapter(self, chapter_id: str) -> str:
        """Return the id of a chapter that exists."""
        if chapter_id not in {chapter.id for chapter in self.live.registry.chapters}:
            raise web.HTTPError(404, reason="There is no such chapter")
        return chapter_id


class Static(Guarded, web.StaticFileHandler):
    """Files as they are."""

    private = False


class BookPages(Static):
    """The book that is served; a chapter's page gains its links to rerun it."""

    links: Sequence[tuple[str, str]] = (("Rerun with your settings", "/run/{chapter}"),)

    def compute_etag(self) -> None:
        """Let the time of a file say whether it changed: a page is not the file as it is."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Answer with a file, and with a chapter's page as the live book shows it."""
        chapters = {f"chapters/{c.id}.html": c.id for c in self.live.registry.chapters}
        if path not in chapters or not (Path(self.root) / path).is_file():
            await super().get(path, include_body)
            return
        links = "".join(
            f'<a target="_top" href="{address.format(chapter=chapters[path])}">{text}</a> '
            for text, address in self.links
        )
        text = (Path(self.root) / path).read_text(encoding="utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(text.replace(HEAD, f'<p class="dw-live"><b>{links}</b></p>{HEAD}', 1))


class ReadersPages(BookPages):
    """The same book with the pages of an edition laid over it."""

    private = True

    async def get(self, folder: str, path: str, include_body: bool = True) -> None:  # type: ignore[override]
        """Answer with the edition's own page if it has one, else with the book's."""
        edition, base = self.edition(folder), replace(self.live.served, profile="full")
        for place in (pages_folder(self.live.root, edition), html_folder(self.live.root, edition)):
            if path in {p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file()}:
                self.root = str(place)
                break
        if edition.name != base.name:
            beside = replace(base, profile=edition.profile).folder
            self.links = (("What changed", f"/compare/{beside}/{edition.folder}"),)
        await super().get(path, include_body)


class Form(Guarded):
    """A chapter's form, and what is sent with it."""

    def get(self, chapter_id: str) -> None:
        """Show the form; values in the address fill it in."""
        sent = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        self.show(self.chapter(chapter_id), sent, {})

    async def post(self, chapter_id: str) -> None:
        """Take a run into the queue, or show what is wrong with what was sent."""
        live, chapter = self.live, self.chapter(chapter_id)
        names = set(self.request.body_arguments) - {"token"}
        texts = {name: self.get_body_argument(name, strip=True) for name in names}
        profile = texts.pop("profile", "quick")
        if profile not in PROFILES:
            raise web.HTTPError(400, reason="No such profile")
        base = replace(live.served, profile=profile)
        files = {
            name: [(sent.filename, sent.body) for sent in each]
            for name, each in self.request.files.items()
        }
        try:
            live.queue.check()
            edition = await _aside(
                lambda: forms.accept(live.root, live.registry, base, chapter, texts, files)
            )
            seconds, _ = await _aside(
                lambda: forms.expected_seconds(live.root, live.registry, base, chapter)
            )
            number = live.queue.submit(Run(chapter, base, edition, seconds))
        except forms.FormError as refused:
            self.set_status(422)
            self.show(chapter, {**texts, "profile": profile}, refused.lines)
        except InputError as error:
            self.set_status(503)
            self.show(chapter, {**texts, "profile": profile}, {"": [str(error)]})
        except OSError as error:  # a full disk, most likely
            self.set_status(507)
            self.show(chapter, texts, {"": [f"Nothing was kept: {error.strerror}"]})
        else:
            self.redirect(f"/progress/{number}", status=303)

    def show(self, chapter: str, sent: Mapping[str, str], errors: Mapping[str, list[str]]) -> None:
        """Answer with the form."""
        live = self.live
        costs = {}
        for profile in PROFILES[::-1]:
            base = replace(live.served, profile=profile)
            costs[profile] = forms.expected_seconds(live.root, live.registry, base, chapter)
        fields = forms.make_fields(live.registry, live.served, chapter, sent, errors)
        self.page(
            "form.html",
            title=f"Rerun: {live.registry[chapter].title}",
            chapter=live.registry[chapter],
            own=[field for field in fields if field.chapter.id == chapter],
            others=[field for field in fields if field.chapter.id != chapter],
            errors=errors,
            costs=costs,
            profile=sent.get("profile", "quick"),
        )


class Progress(Guarded):
    """How far a run is, and how to end it."""

    def run(self, number: str) -> Run:
        """Return a run by its number."""
        if int(number) >= len(self.live.queue.runs):
            raise web.HTTPError(404, reason="There is no such run")
        return self.live.queue.runs[int(number)]

    def get(self, number: str) -> None:
        """Show it; one that is done leads to what it changed."""
        run = self.run(number)
        if run.state == "done":
            pair = f"{run.base.folder}/{run.edition.folder}"
            self.redirect(f"/compare/{pair}?chapter={run.chapter}", status=303)
            return
        self.page(
            "progress.html",
            title=self.live.registry[run.chapter].title,
            run=run,
            number=number,
            sections=self.live.queue.sections(run),
            seconds=time.monotonic() - run.began if run.began else 0,
        )

    def post(self, number: str) -> None:
        """Cancel it."""
        self.live.queue.cancel(self.run(number))
        self.redirect(f"/progress/{number}", status=303)


class Compare(Guarded):
    """Two editions side by side, and what changed, the largest first."""

    def get(self, one: str, other: str) -> None:
        """Show settings and results that differ, and a chapter's page in both."""
        live = self.live
        before, after = self.edition(one), self.edition(other)
        given = (live.registry, live.root, before, after)
        try:
            changes = compare.compare_results(*given).to_dict("records")
        except InputError as error:
            self.set_status(404)
            self.page("message.html", title="Nothing to compare", lines=[str(error)])
            return
        settings = compare.compare_settings(*given).to_dict("records")
        chapter = self.get_query_argument("chapter", "") or _last_page(live, after)
        self.page(
            "compare.html",
            title="What changed",
            before=before,
            after=after,
            settings=settings,
            changes=changes,
            shown=SHOWN,
            chapter=live.registry[self.chapter(chapter)] if chapter else None,
            again=_again(live.registry, after, chapter),
            command=command(live, after, chapter) if chapter else "",
            record=(edition_folder(live.root, after) / RECORD).read_text(encoding="utf-8"),
        )


def command(live: Live, edition: Edition, chapter: str) -> str:
    """Return the command line that makes the same run."""
    words = ["dataworth", "run", chapter]
    own = [v for values in edition.changes.values() for v in values.items()]
    if live.served.name == DEFAULT:
        for name, value in own:
            path = Path(value) if isinstance(value, str) else Path()
            inside = path.is_absolute() and path.is_relative_to(live.root)
            words += ["-p", f"{name}={path.relative_to(live.root) if inside else value}"]
        if (edition_folder(live.root, edition) / forms.UPLOADS).is_dir():
            words += ["--edition", edition.name]
    else:
        words += ["--edition", f"build/{edition.folder}/{RECORD}"]
    return shlex.join([*words, *(["--profile", "quick"] if edition.profile == "quick" else [])])


def _again(registry: Registry, edition: Edition, chapter: str) -> str:
    """Return the address of a form that is filled in as it was; files are chosen anew."""
    values = {
        name: value
        for owner, own in edition.changes.items()
        for name, value in own.items()
        if not registry[owner].parameters[name].is_path
    }
    return f"/run/{chapter}?{urlencode({**values, 'profile': edition.profile})}"


def _last_page(live: Live, edition: Edition) -> str:
    """Return the last chapter of which an edition has a page."""
    place = pages_folder(live.root, edition)
    made = [c.id for c in live.registry.chapters if (place / f"chapters/{c.id}.html").is_file()]
    return made[-1] if made else ""


async def _aside(work: Callable[[], Any]) -> Any:
    """Do what takes time beside the loop that answers other requests."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


def _same(given: str | None, secret: str) -> bool:
    return hmac.compare_digest((given or "").encode(), secret.encode())
