"""A small site on the product's own shell, macros and scripts, for tests without the features."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, make_response, redirect, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from werkzeug.serving import make_server

from wufei_public.common.errors import DomainError
from wufei_public.config import SHARE, Settings
from wufei_public.infra.i18n import init_i18n
from wufei_public.infra.web.assets import blueprint, init_assets
from wufei_public.infra.web.errors import answer_refusal
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.headers import policy
from wufei_public.infra.web.shell import Door
from wufei_public.infra.web.view import MenuItem, MenuSection, Site, Tab

KINDS = [("build", "k-build", "建筑垃圾"), ("unsure", "k-unsure", "说不清")]
TOWNS = [
    ("900001001", "甲镇", [("900001001001", "河堤村")]),
    ("900001002", "乙镇", [("900001002001", "河西村")]),
]
DIVISIONS = [
    ("900001", "样区", None, "yang qu", "yq"),
    ("900001001", "甲镇", "900001", "jia zhen", "jz"),
    ("900001002", "乙镇", "900001", "yi zhen", "yz"),
    ("900001001001", "河堤村", "900001001", "he di cun", "hdc"),
    ("900001002001", "河西村", "900001002", "he xi cun", "hxc"),
]
EMPTY_PAGES = (
    "portal.home",
    "portal.notices",
    "news.privacy",
    "news.accessibility",
    "news.contact",
)
EMPTY_POSTS = ("portal.set_mode", "portal.set_language", "people.staff_sign_out")


@dataclass
class Person:
    name: str = "张三"
    kind: str = "resident"


@dataclass
class Seen:
    """What the browser sent: uploads as (file name, bytes, fields), posts as lists of values."""

    uploads: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)
    posts: list[dict[str, list[str]]] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    busy: bool = False
    # The answer to the next report does not arrive, the report does.
    lost: bool = False
    # What somebody between the phone and the server answers in its place: status and page.
    between: tuple[int, str] | None = None
    # What was said under a key, and the tokens that went with it.
    said: dict[str, tuple[str, list[str]]] = field(default_factory=dict)
    # Tokens that the server has forgotten.
    gone: set[str] = field(default_factory=set)
    # What the own page says of its photo, one look after the other; the last word stays.
    becomes: list[str] = field(default_factory=list)
    # Closed, it keeps the server from answering an upload that has arrived whole.
    gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.gate.set()


@dataclass
class View:
    mode: str = ""
    theme: str = ""
    lang: str = "zh-Hans"
    demo: bool = False
    plain_http: bool = False
    path: str = "/"
    wechat_sdk: str = ""
    actor: Person = field(default_factory=Person)
    tabs: tuple[Tab, ...] = (
        Tab("doors", "/doors", "checkin", "打卡"),
        Tab("report", "/report", "camera", "随手拍", middle=True),
    )
    menu: tuple[MenuSection, ...] = (
        MenuSection("办事", (MenuItem("#", "camera", "举报案件", 40, here=True),)),
    )


def toy_app(seen: Seen | None = None, sdk: str = "") -> Flask:
    """Build the site; `seen` collects what it is sent, `sdk` is where WeChat's script lies."""
    seen = seen or Seen()
    app = Flask("toy", static_folder=str(SHARE / "static"))
    own = Path(__file__).parent / "templates"
    app.jinja_loader = ChoiceLoader([FileSystemLoader(SHARE / "templates"), FileSystemLoader(own)])
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_i18n(app)
    init_assets(app)
    app.register_blueprint(blueprint)
    app.register_error_handler(DomainError, answer_refusal)
    _give(app, sdk)
    _add_pages(app)
    _add_report(app, seen)
    return app


def _give(app: Flask, sdk: str) -> None:
    base = sdk.rpartition("/")[0]
    joined = Settings(wechat_app_id="wx1", wechat_sdk=sdk, wechat_open_base=base)
    allowed = policy(joined if sdk else Settings())
    app.add_url_rule("/leave", "leave", lambda: redirect(request.form["to"], 303), methods=["POST"])
    site = Site("样区无废城市", "示例单位", "0379-00000000", "12345", "示例备 0 号", "0000")

    @app.context_processor
    def give() -> dict[str, Any]:
        local = request.host.startswith(("127.0.0.1", "localhost"))
        view = View(mode=request.cookies.get("wf_mode", ""), plain_http=not local, wechat_sdk=sdk)
        return {"view": view, "site": site}

    @app.before_request
    def begin() -> None:
        g.request_id = "0123456789abcdef"

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = allowed
        return response


def _add_pages(app: Flask) -> None:
    def page(template: str) -> Any:
        return lambda **_: render_template(template)

    for number, endpoint in enumerate(EMPTY_PAGES):
        app.add_url_rule(f"/empty/{number}" if number else "/", endpoint, page("empty.html"))
    app.add_url_rule("/staff", "portal.staff_home", page("desk.html"))
    signed = {"appId": "wx1", "timestamp": 1, "nonceStr": "n", "signature": "s"}
    app.add_url_rule(
        "/wechat/signature", "wechat.sign", lambda: signed | {"page": request.args["page"]}
    )
    app.add_url_rule("/mine", "portal.mine", page("mine.html"))
    app.add_url_rule("/doors", "doors", lambda: render_template("doors.html", **_doors()))
    app.add_url_rule("/track", "dumping.track", page("empty.html"))
    app.add_url_rule("/checkin", "checkins.page", page("empty.html"))
    app.add_url_rule("/receipt/<code>", "receipt", page("receipt.html"))
    for endpoint in EMPTY_POSTS:
        back = lambda: redirect("/", 303)  # noqa: E731
        app.add_url_rule(f"/post/{endpoint}", endpoint, back, methods=["POST"])

    @app.get("/fields")
    def fields() -> str:
        form = Form({"name": "王", "several": ["b"]}, {"name": "太短了。", "phone": "不像手机号。"})
        return render_template("fields.html", form=form)


def _doors() -> dict[str, Any]:
    """Return what a dozen features put on 首页, 我的 and the staff home."""
    home = [
        Door("#", "checkin", "打卡", "今天还没打卡", primary=True),
        Door("#", "camera", "随手拍", "看到乱倒的，拍下来", primary=True),
        Door("#", "search-bin", "分类查询"),
        Door("#", "survey", "问卷", count=2),
        Door("#", "medal", "无废细胞"),
        Door("#", "list", "红黑榜"),
        Door("#", "gauge", "指标"),
        Door("#", "book", "学一学"),
        Door("#", "quiz", "答题"),
        Door("#", "gift", "积分兑换"),
    ]
    mine = [
        Door("#", "points", "我的积分", "可用 320 分"),
        Door("#", "bell", "提醒", "每晚八点"),
        Door("#", "household", "我家", count=3),
    ]
    tasks = [
        Door("#", "st-bad", "举报已超期", "最久 12 天", count=2, tone="bad"),
        Door("#", "medal", "细胞待评审", "本周五前", count=6, tone="soon"),
        Door("#", "st-doing", "打卡待核查", count=140, tone="doing"),
        Door("#", "inbox", "没读的消息", count=1),
    ]
    return {"home": home, "mine": mine, "tasks": tasks}


def _add_report(app: Flask, seen: Seen) -> None:
    app.add_url_rule("/report", "dumping.new", lambda: _new(seen), methods=["GET", "POST"])
    app.add_url_rule("/own", "own", lambda: _own(seen))
    app.add_url_rule("/own/answer", "answer", lambda: _answer(seen), methods=["POST"])
    app.add_url_rule("/upload", "upload", lambda: _upload(seen), methods=["POST"])
    app.add_url_rule("/propose", "propose", _propose)
    app.add_url_rule("/divisions", "divisions", _divisions)


def _own(seen: Seen) -> str:
    said = seen.becomes.pop(0) if seen.becomes else ""
    return render_template("own.html", form=Form(), said=said, last=not seen.becomes)


def _answer(seen: Seen) -> Any:
    values = request.form.to_dict(flat=False)
    seen.posts.append(values)
    if not request.form["text"]:
        form = Form({"photo": values.get("photo", [])}, {"text": "请写一句。"})
        return make_response(render_template("own.html", form=form, said="", last=True), 422)
    return redirect("/receipt/answered", 303)


def _new(seen: Seen) -> Any:
    if request.method == "GET":
        # Beyond loopback the page comes without a key, so that the script must make one.
        local = request.host.startswith("127.0.0.1")
        values = {"client_key": request.args.get("key", "key-of-this-page") if local else ""}
        return _report(Form(values | {"photo": request.args.getlist("photo")}))
    if seen.between:
        status, html = seen.between
        return Response(html, status)
    if seen.busy:
        return Response("busy", 503)
    return _sent(seen)


def _sent(seen: Seen) -> Any:
    values = request.form.to_dict(flat=False)
    values["files"] = [str(file.filename) for file in request.files.getlist("photos")]
    seen.posts.append(values)
    if "kind" not in values:
        typed = {**request.form.to_dict(), "photo": request.form.getlist("photo")}
        return make_response(_report(Form(typed, {"kind": "请选一种。"})), 422)
    if gone := seen.gone.intersection(values.get("photo", ())):
        typed = {**request.form.to_dict(), "photo": [], "gone": sorted(gone)}
        return make_response(_report(Form(typed, {"photos": "第 1 张照片已经不在了。"})), 422)
    key = values["client_key"][0]
    said = request.form.get("words", "")
    words, tokens = seen.said.setdefault(key, (said, values.get("photo", [])))
    if words != said:
        return _another(f"/receipt/{seen.receipts[key]}", f"{key}-2", tokens)
    code = seen.receipts.setdefault(key, f"code{len(seen.receipts)}")
    if seen.lost:
        seen.lost = False
        return Response("a proxy's", 502)
    return redirect(f"/receipt/{code}", 303)


def _another(first: str, key: str, taken: list[str]) -> Response:
    """Return the form for another report than the one that came under the same key."""
    sent = request.form.getlist("photo")
    values = request.form.to_dict() | {"client_key": key}
    values |= {"photo": [token for token in sent if token not in taken]}
    form = Form(values | {"gone": [token for token in sent if token in taken]}, notice="交过一件。")
    return make_response(_report(form, first), 409)


def _upload(seen: Seen) -> Response:
    file = request.files["photo"]
    data = file.read()
    if b"refuse-me" in data:
        body = {"status": 422, "detail": "这张照片打不开。", "code": "bad_photo"}
        return Response(json.dumps(body), 422, mimetype="application/problem+json")
    seen.uploads.append((str(file.filename), data, request.form.to_dict()))
    lat, lon = (request.form.get(name, type=float) for name in ("lat", "lon"))
    token = f"token{len(seen.uploads)}"
    seen.gate.wait(30)
    if seen.between:
        return Response(seen.between[1], seen.between[0])
    if seen.busy:
        return Response("busy", 503)
    answer = {"token": token, "lat": lat, "lon": lon, "taken_at": None}
    return Response(json.dumps(answer), 201, mimetype="application/json")


def _propose() -> dict[str, Any]:
    others = [{"code": "900001002001", "path": "乙镇河西村"}]
    return {"proposal": {"code": "900001001001", "path": "甲镇河堤村", "others": others}}


def _divisions() -> dict[str, Any]:
    names = ("code", "name", "parent", "pinyin", "initials")
    return {"divisions": [dict(zip(names, row, strict=True)) for row in DIVISIONS]}


def _report(form: Form, first: str = "") -> str:
    return render_template("report.html", form=form, first=first, kinds=KINDS, towns=TOWNS)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve `app` on loopback and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
