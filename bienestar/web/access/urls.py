"""Addresses of access: who may do what and where, the journal, the reader's own account."""

from django.urls import path

from bienestar.web.access import account, grants, journal

urlpatterns = [
    path("access/", grants.grant_list, name="access"),
    path("access/give/", grants.give, name="grant_give"),
    path("access/grants/<int:pk>/end/", grants.end, name="grant_end"),
    path("access/accounts/new/", grants.new_account, name="account_new"),
    path("access/roles/", grants.role_policy, name="roles"),
    path("journal/", journal.journal, name="journal"),
    path("account/", account.account, name="account"),
]
