"""The way from a page to an opened case: granted, with unlocked keys, for a reason that stands in the case's log.

A case that is not granted and one that does not exist give the same answer: there is nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from panah.errors import NoGrant, PanahError
from panah.vault.keys import MemberKeys
from panah.web.base.errors import error_page
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.cases.queries import case_of

View = Callable[..., HttpResponse]
_ID: Final = re.compile("[0-9a-f]{32}")


def keys_of(request: HttpRequest) -> MemberKeys:
    """The member's unlocked keys.

    Raises:
        PermissionDenied: The session has none.
    """
    if not request.member_keys:
        raise PermissionDenied
    # the middleware's lazy object is resolved here: what is handed on is the keys themselves
    keys: MemberKeys = request.member_keys
    return keys


def granted_case(request: HttpRequest, case_id: str) -> Case:
    """A case of the member.

    Raises:
        Http404: It was not granted, or there is none.
    """
    case = case_of(request.user, case_id)
    if case is None:
        raise Http404
    return case


def opened_case(request: HttpRequest, case: Case, reason: str = CaseLog.Reason.REVIEW) -> OpenCase:
    """Open a case for one request; the opening is in its log before anything is read."""
    try:
        return open_case(request.user, keys_of(request), case, reason)
    except NoGrant as error:
        raise Http404 from error


def tells_refusals(view: View) -> View:
    """Say a refusal of the library to the person who asked, on a page; its message names the place, never a person."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PanahError as error:
            status = 403 if error.exit_code == 1 else 400
            return error_page(request, status, title=_("This was not done"), advice=sentences_of(error))

    return told


def sentences_of(error: PanahError) -> str:
    """What is wrong and what to do, as they stand on a page."""
    told = (each.rstrip(" .") for each in (error.what, error.hint))  # at the start a dot may be a name's
    return " ".join(f"{each[:1].upper()}{each[1:]}." for each in told if each)


def sent_once(request: HttpRequest) -> str:
    """The id that a form chose for what it makes, so that sent twice it makes it once; nothing when it has none."""
    once = request.POST.get("once", "")
    return once if _ID.fullmatch(once) else ""


def say(request: HttpRequest, sentence: Any) -> None:
    """A sentence at the top of the next page."""
    messages.success(request, sentence)
