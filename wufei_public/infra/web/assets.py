"""The built front end: hashed names for templates, precompressed files for browsers."""

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.datastructures import Accept

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access

blueprint = Blueprint("assets", __name__)

# The name holds the content's hash, so what it names never changes.
FOREVER = "public, max-age=31536000, immutable"
# Best first; each is the ending of the file beside the plain one.
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".png": "image/png",
}
BUILD = "make run, or in assets/: npm ci --ignore-scripts --no-audit --no-fund && node build.mjs"


class AssetsMissing(RuntimeError):  # noqa: N818  a sentence for the operator, not for residents
    """The front end has not been built; the message names the command."""


class Assets:
    """The files of one build, known by the manifest that the build leaves."""

    def __init__(self, dist: Path) -> None:
        self.dist = dist

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Return the hashed name of each file; AssetsMissing before the first build."""
        path = self.dist / "manifest.json"
        try:
            names: dict[str, str] = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise AssetsMissing(f"{path} is missing: build the front end with {BUILD}") from None
        return names

    def url(self, name: str) -> str:
        """Return the address of `name`, such as app.css; AssetsMissing if the build lacks it."""
        try:
            return f"/static/dist/{self.names[name]}"
        except KeyError:
            raise AssetsMissing(f"no {name} in the built front end: rebuild with {BUILD}") from None

    def file(self, hashed: str, accepted: Accept) -> tuple[bytes, str]:
        """Return the bytes of a hashed file in the best accepted coding, and that coding."""
        if hashed not in self.names.values():
            raise NotFound("no_such_file", N_("没有这个文件，或者它已经换成新的了。"))
        for coding, ending in ENCODINGS:
            if accepted.quality(coding) > 0:
                return (self.dist / f"{hashed}{ending}").read_bytes(), coding
        return (self.dist / hashed).read_bytes(), ""


@blueprint.get("/static/dist/<name>")
@access("public")
def dist(name: str) -> Response:
    assets: Assets = current_app.extensions["assets"]
    body, coding = assets.file(name, request.accept_encodings)
    response = Response(body, content_type=KINDS[Path(name).suffix])
    response.headers["Cache-Control"] = FOREVER
    response.headers["Vary"] = "Accept-Encoding"
    if coding:
        response.headers["Content-Encoding"] = coding
    return response


def init_assets(app: Flask) -> None:
    """Give templates `asset(name)`; the build is looked for when a page first asks."""
    app.extensions["assets"] = assets = Assets(Path(app.static_folder or "") / "dist")
    app.jinja_env.globals["asset"] = assets.url
