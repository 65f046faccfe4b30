"""Addresses of sign-in, set-up, members and one's own account. Names without a namespace are those allauth asks for."""

from __future__ import annotations

from allauth.account import views as allauth_views
from django.urls import include, path

from . import views

urlpatterns = [
    path("setup/<str:token>/", views.set_up, name="set_up"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-out/", views.sign_out, name="account_logout"),
    path("sign-up/", views.no_sign_up, name="account_signup"),
    path("account/inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("account/", views.account, name="account"),
    path("account/confirm/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path("account/password/", views.change_password, name="account_change_password"),
    path("account/sessions/", views.sessions, name="sessions"),
    path("account/sign-out-everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("members/", views.members, name="members"),
    path("members/add/", views.add_member, name="add_member"),
    path("members/<str:member_id>/", views.member, name="member"),
]
