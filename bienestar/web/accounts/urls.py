"""Addresses of signing in and out, the language and the first page."""

from django.urls import path

from bienestar.web.accounts import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", views.SignOut.as_view(), name="sign_out"),
    path("language/", views.change_language, name="change_language"),
]
