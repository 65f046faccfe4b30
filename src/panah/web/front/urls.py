"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path

from . import back, report, views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("report/", report.start, name="report"),
    path("report/files/", report.files, name="report_files"),
    path("report/check/", report.check, name="report_check"),
    path("report/keep/", report.keep, name="report_keep"),
    path("report/receipt/", report.receipt, name="report_receipt"),
    path("report/done/", report.done, name="report_done"),
    path("report/advice/", report.advice, name="advice"),
    path("report/back/", back.back, name="back"),
    path("report/mailbox/", back.mailbox, name="mailbox"),
    path("report/mailbox/consent/", back.consent, name="mailbox_consent"),
    path("report/mailbox/erasure/", back.erasure, name="mailbox_erasure"),
    path("report/mailbox/close/", back.close, name="mailbox_close"),
    path("report/<slug:slug>/", report.step, name="report_step"),
    path("leave/", report.leave, name="leave"),
    path("method/", views.method, name="method"),
    path("releases/<str:release_id>/", views.release, name="release"),
    path("releases/<str:release_id>/<str:name>", views.release_file, name="release_file"),
]
