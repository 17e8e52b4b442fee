"""Every view says who may use it; the check stands in one place, before any view runs."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.errors import NotAllowed, NotSignedIn
from wufei_public.common.text import N_
from wufei_public.infra.web.session import current_actor

PUBLIC = "public"
RESIDENT = "resident"  # any signed-in resident
STAFF = "staff"  # any signed-in member of staff
SIGNED_IN = "signed_in"  # anybody with an account

V = TypeVar("V", bound=Callable[..., Any])

# Views of libraries, which cannot carry the decorator: endpoint → access.
LIBRARY_VIEWS: Mapping[str, str] = {"static": PUBLIC}


def access(permission: str) -> Callable[[V], V]:
    """Declare who may use a view: `public`, `resident`, `staff` or `feature:thing:verb`."""

    def mark(view: V) -> V:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def shared(view: V) -> V:
    """Declare that every guest gets the same answer from a public view, and caches may keep it.

    What is not declared so is kept by nobody: a page that opens with a secret address, a form
    with a key of its own, whatever knows who asks.
    """
    view.shared = True  # type: ignore[attr-defined]
    return view


def ask_engines_to_keep_nothing(answer: Response) -> Response:
    """Tell search engines so: what names somebody is gone everywhere in the instant it is over.

    For `after_request` of a blueprint.
    """
    answer.headers["X-Robots-Tag"] = "noindex, noarchive"
    return answer


def is_shared(app: Flask, endpoint: str | None) -> bool:
    """Say whether the view of `endpoint` is declared to be the same for every guest."""
    return getattr(app.view_functions.get(endpoint or ""), "shared", False)


def access_of(app: Flask, endpoint: str) -> str | None:
    """Return what the view of `endpoint` declares, None if it declares nothing."""
    found: str | None = getattr(app.view_functions[endpoint], "access", None)
    return found or LIBRARY_VIEWS.get(endpoint)


def permits(permissions: Mapping[str, frozenset[Any]], permission: str, actor: Actor) -> bool:
    """Say whether `actor` may use a view that declares `permission`."""
    if permission == PUBLIC:
        return True
    if permission == RESIDENT:
        return actor.kind is ActorKind.RESIDENT
    if permission == STAFF:
        return actor.kind is ActorKind.STAFF
    if permission == SIGNED_IN:
        return actor.id is not None
    return actor.has_role(*permissions[permission])


def init_access(
    app: Flask, permissions: Mapping[str, frozenset[Any]], sign_in: Callable[[str], str]
) -> None:
    """Check `permissions` before every view; `sign_in(permission)` is where a guest is sent.

    A guest is asked who it is (401, or the sign-in page that comes back); 403 is for those
    of whom that is known.
    """
    app.extensions["permissions"] = permissions

    @app.before_request
    def check() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None:
            return None
        permission = access_of(app, endpoint)
        if permission is None:
            raise RuntimeError(f"the view {endpoint} does not say who may use it")
        if permission == PUBLIC:
            return None
        actor = current_actor()
        if permits(permissions, permission, actor):
            return None
        if actor.kind is not ActorKind.ANONYMOUS:
            raise NotAllowed("not_allowed", N_("您没有这一页的权限。"))
        if g.get("api") or request.method not in {"GET", "HEAD"}:
            raise NotSignedIn(
                "not_signed_in", N_("请先登录，再做这一步。"), sign_in=sign_in(permission)
            )
        return redirect(sign_in(permission))
