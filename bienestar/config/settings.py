"""All settings, read from the environment in this one place.

DATABASE_URL          sqlite:///path or postgresql://user:password@host:port/name (default: SQLite under BIENESTAR_HOME)
BIENESTAR_HOME        where files go: the SQLite database, the secret key, reports, issue lists (default: ./var)
BIENESTAR_DEFINITIONS folder of standards, costs, roles… (default: definitions/ of this repository)
BIENESTAR_HOSTS       comma-separated host names to answer to (default: localhost, 127.0.0.1)
BIENESTAR_SECRET_KEY  secret for sessions (default: made once and kept in BIENESTAR_HOME)
BIENESTAR_DEMO        1: the sign-in page lists the demo's accounts (set by ``make run``)
BIENESTAR_KEYS        folder of the private keys that sign cards (default: keys/ in BIENESTAR_HOME)
BIENESTAR_KEY_PASSPHRASE  encrypts those keys where they lie (default: they are not encrypted, only closed to others)
BIENESTAR_MEMORY      what the matching of persons may hold in memory, e.g. 12GB; the rest goes to disk (default: 4GB)
BIENESTAR_HTTPS       1 behind HTTPS: cookies are marked secure and HSTS is sent
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlparse

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
HOME = Path(os.environ.get("BIENESTAR_HOME") or BASE_DIR / "var").resolve()
DEFINITIONS_DIR = Path(os.environ.get("BIENESTAR_DEFINITIONS") or BASE_DIR / "definitions").resolve()
REAL_DATA_DIR = Path(os.environ.get("BIENESTAR_REAL_DATA") or BASE_DIR.parent / "shared" / "data").resolve()
try:
    # Closed to other accounts of the machine: passwords' hashes and catchments by locality lie in it.
    HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"BIENESTAR_HOME: {HOME} cannot be a folder ({error.strerror}).") from None


def _secret_key() -> str:
    given = os.environ.get("BIENESTAR_SECRET_KEY")
    if given:
        return given
    kept = HOME / "secret_key"
    if not kept.exists():
        # Whole or not at all, and the first of two processes wins: the other must not read an empty secret.
        draft = HOME / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):
            os.link(draft, kept)
        draft.unlink()
    return kept.read_text().strip()


def _database(url: str) -> dict[str, object]:
    parts = urlparse(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]) or str(HOME / "bienestar.sqlite3"),
            "OPTIONS": {
                # WAL: readers never wait for the writer. IMMEDIATE: two writers queue instead of failing half-way.
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
                    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,  # a new connection a request costs more than the request
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured(f"DATABASE_URL: unknown scheme {parts.scheme!r}; use sqlite:/// or postgresql://.")


SECRET_KEY = _secret_key()
KEYS_DIR = Path(os.environ["BIENESTAR_KEYS"]).resolve() if os.environ.get("BIENESTAR_KEYS") else None
KEY_PASSPHRASE = os.environ.get("BIENESTAR_KEY_PASSPHRASE", "")
DEBUG = False
DEMO = os.environ.get("BIENESTAR_DEMO") == "1"
ALLOWED_HOSTS = os.environ.get("BIENESTAR_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# Where people reach the site; printed documents lead there.
ADDRESS = os.environ.get("BIENESTAR_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'bienestar.sqlite3'}")}
# Files, so that every worker of the server counts the same failed sign-ins; nothing else is kept there.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": HOME / "cache"}}
MATCH_MEMORY = os.environ.get("BIENESTAR_MEMORY", "4GB")
# Where `bienestar match --engine spark` works; on a cluster every worker must see BIENESTAR_HOME.
SPARK_MASTER = os.environ.get("BIENESTAR_SPARK", "local[*]")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "ninja",
    "bienestar.foundation.journal",
    "bienestar.foundation.accounts",
    "bienestar.foundation.territory",
    "bienestar.foundation.facilities",
    "bienestar.registers.workforce",
    "bienestar.registers.equipment",
    "bienestar.registers.beneficiaries",
    "bienestar.operations.census",
    "bienestar.operations.enrolment",
    "bienestar.insight.snapshots",
    "bienestar.insight.gaps",
    "bienestar.insight.indicators",
    "bienestar.insight.planning",
    "bienestar.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "bienestar.web.middleware.ReaderMiddleware",
    "bienestar.config.errors.MethodMiddleware",
]
ROOT_URLCONF = "bienestar.config.urls"
WSGI_APPLICATION = "bienestar.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bienestar" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "bienestar.web.page.page_context",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.l10n",
                "django.templatetags.static",
                "bienestar.web.components.tags",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["bienestar.web.accounts.backend.LocalAccounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
CSRF_FAILURE_VIEW = "bienestar.web.errors.csrf_failure"
DEMO_PASSWORD = "bienestar-demo"  # noqa: S105  of invented accounts, shown on the demo's own sign-in page

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "bienestar" / "web" / "locale"]
FORMAT_MODULE_PATH = ["bienestar.web.formats"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "America/Mexico_City"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Libraries of the browser that npm brought (config/browser_packages.py); a folder that is not there is left out.
STATICFILES_DIRS = [
    (name, folder)
    for name, folder in (
        ("zxing", BASE_DIR / "node_modules" / "zxing-wasm" / "dist" / "iife" / "reader"),
        ("zxing", BASE_DIR / "node_modules" / "zxing-wasm" / "dist" / "reader"),
        ("noble", BASE_DIR / "node_modules" / "@noble" / "ed25519"),
    )
    if folder.is_dir()
]
# `bienestar serve` collects and compresses the files first; finders would serve them uncompressed.
WHITENOISE_USE_FINDERS = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
HTTPS = os.environ.get("BIENESTAR_HTTPS") == "1"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 12 * 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # An error is logged by its kind and place, never by its words: they may hold a person.
    "formatters": {
        "line": {
            "()": "bienestar.config.logs.WithoutWords",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
