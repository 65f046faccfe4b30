"""Addresses of the members' pages; every one asks for a sign-in first (``LoginRequiredMiddleware``)."""

from __future__ import annotations

from django.urls import path

from . import (
    approvals,
    bundle,
    document,
    estimates,
    evidence,
    home,
    incident,
    lists,
    outflow,
    register,
    review,
    taking_in,
)

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("incidents/", register.register, name="register"),
    path("incidents/<str:incident_id>/", incident.incident, name="incident"),
    path("incidents/<str:incident_id>/decide/", incident.decide, name="decide"),
    path("incidents/<str:incident_id>/none-found/", incident.none_found, name="none_found"),
    path("review/", review.review, name="review"),
    path("review/documents/<str:item_id>/", document.document, name="document"),
    path("review/documents/<str:item_id>/decide/", document.decide_part, name="decide_part"),
    path("review/<str:case_id>/", review.review_case, name="review_case"),
    path("review/<str:case_id>/decide/", review.decide_together, name="decide_together"),
    path("evidence/", evidence.documents, name="documents"),
    path("evidence/take-in/", taking_in.take_in, name="take_in"),
    path("evidence/<str:item_id>/", evidence.evidence, name="evidence"),
    path("evidence/<str:item_id>/original/", evidence.original, name="original"),
    path("lists/", lists.lists, name="lists"),
    path("lists/link/", lists.link, name="link"),
    path("lists/runs/<str:run_id>/", lists.linkage, name="linkage"),
    path("lists/<str:list_id>/", lists.documentation_list, name="documentation_list"),
    path("estimates/", estimates.estimates, name="estimates"),
    path("estimates/make/", estimates.make_estimate, name="make_estimate"),
    path("estimates/<str:run_id>/", estimates.estimate, name="estimate"),
    path("estimates/<str:run_id>/file/", outflow.estimate_file, name="estimate_file"),
    path("give-out/", outflow.outflow, name="outflow"),
    path("give-out/report/", outflow.report, name="report"),
    path("give-out/bundle/", bundle.bundle, name="bundle"),
    path("together/", approvals.approvals, name="approvals"),
    path("together/<str:request_id>/", approvals.answer, name="answer"),
    path("give-out/release/", outflow.release, name="release"),
]
