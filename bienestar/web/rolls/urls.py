"""Addresses of the page about institutions' rolls."""

from django.urls import path

from bienestar.web.rolls import overview

urlpatterns = [path("", overview.rolls, name="rolls")]
