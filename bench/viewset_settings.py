"""Settings of the plain viewset: our tables and database, Django's own middlewares, the framework as it comes."""

from bienestar.config.settings import *  # noqa: F403
from bienestar.config.settings import INSTALLED_APPS as OURS

INSTALLED_APPS = [*OURS, "rest_framework"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "bench.viewset"
