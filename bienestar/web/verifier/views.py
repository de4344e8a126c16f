"""The verifier's page and what it carries: the same for everybody, and nothing of who reads stands in it."""

from __future__ import annotations

import json

from csp.constants import NONE, SELF, WASM_UNSAFE_EVAL
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from bienestar.operations.enrolment.queries import status_list, verifier_keys
from bienestar.registers.beneficiaries.queries import CardError
from bienestar.web.verifier import files
from bienestar.web.verifier.words import words

PAGE_POLICY = {
    "worker-src": [SELF],
    "manifest-src": [SELF],
    "img-src": [SELF],
    "form-action": [NONE],  # nothing that stands on this page is ever sent
}
# Only the worker that reads codes may compile WebAssembly; the page itself may not.
SCANNER_POLICY = {"script-src": [SELF, WASM_UNSAFE_EVAL], "img-src": [NONE], "style-src": [NONE]}
# Asked again each time: a changed page, key or list must not wait for an old copy to end.
fresh = cache_control(no_cache=True)


@require_safe
@fresh
@csp_replace(PAGE_POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """The page, in the language of ``?lang=`` or else of the reader."""
    codes = [code for code, _name in settings.LANGUAGES]
    asked = request.GET.get("lang", "")
    language = asked if asked in codes else request.LANGUAGE_CODE
    response = HttpResponse(_page(language))
    response.headers["Content-Language"] = language
    response.headers["Permissions-Policy"] = "camera=(self)"
    return response


def _page(language: str) -> str:
    """Rendered without the request: nothing of who reads may stand on a page that the device keeps."""
    with translation.override(language):
        context = {
            "LANGUAGE_CODE": language,
            "other": "es" if language == "en" else "en",
            "words": json.dumps(words(), ensure_ascii=False),
            "reads_codes": files.reads_codes(),
            "demo": settings.DEMO,
        }
        return render_to_string("verifier/page.html", context)


@require_safe
@fresh
@conditional_page
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys that sign cards, as a COSE_KeySet."""
    return HttpResponse(verifier_keys(), content_type="application/cose-key-set")


@require_safe
@fresh
@conditional_page
def statuses(request: HttpRequest) -> HttpResponse:
    """The signed list of revoked cards; 204, nothing, while no key can sign one."""
    try:
        return HttpResponse(status_list(), content_type="application/statuslist+cwt")
    except CardError:
        return HttpResponse(status=204)


@require_safe
@fresh
def service_worker(request: HttpRequest) -> HttpResponse:
    """What keeps the page on the device. Its bytes change with anything that it keeps, so browsers notice."""
    source, home = files.script("service_worker.js"), reverse("verifier")
    pages = {code: _page(code) for code, _name in settings.LANGUAGES}
    kept = {
        "version": files.version(source, files.script("scanner_worker.js"), *pages.values()),
        "page": home,
        "pages": {code: f"{home}?lang={code}" for code in pages},
        "language": settings.LANGUAGE_CODE,
        "needed": [*files.needed(), reverse("verifier_manifest")],
        "further": [*files.further(), reverse("verifier_scanner")],
        "reads_codes": files.reads_codes(),
    }
    return _javascript(f"const KEPT = {json.dumps(kept)};\n{source}")


@require_safe
@fresh
@csp_replace(SCANNER_POLICY)
def scanner(request: HttpRequest) -> HttpResponse:
    """The worker that reads codes in pictures."""
    library = {"script": static(files.READS_CODES[0]), "wasm": static(files.READS_CODES[1])}
    return _javascript(f"const LIBRARY = {json.dumps(library)};\n{files.script('scanner_worker.js')}")


@require_safe
@fresh
def manifest(request: HttpRequest) -> HttpResponse:
    """What a device needs to put the verifier among its programs."""
    home = reverse("verifier")
    with translation.override(settings.LANGUAGE_CODE):
        said = {
            "name": _("Card verifier · Bienestar"),
            "short_name": _("Card verifier"),
            "lang": settings.LANGUAGE_CODE,
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": "#0b4f4a",
            "icons": [{"src": static("bienestar/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        }
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type="application/manifest+json")


def _javascript(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")
