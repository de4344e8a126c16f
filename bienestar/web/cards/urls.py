"""Addresses of cards: batches, requests, modules, reconciliation, keys, the digital card."""

from django.urls import path

from bienestar.web.cards import balances, batches, digital, keys, modules, pieces, requests, scanning

urlpatterns = [
    path("", batches.batch_list, name="cards"),
    path("requests/", requests.waiting, name="card_requests"),
    path("requests/preview/", requests.preview, name="card_requests_preview"),
    path("requests/validate/", requests.validate, name="card_requests_validate"),
    path("reconciliation/", balances.page, name="card_reconciliation"),
    path("reconciliation.<str:form>", balances.file, name="card_reconciliation_file"),
    path("modules/", modules.module_list, name="card_modules"),
    path("modules/new/", modules.new_module, name="card_module_new"),
    path("modules/<str:code>/", modules.module_page, name="card_module"),
    path("modules/<str:code>/close/", modules.close, name="card_module_close"),
    path("modules/<str:code>/batch/", batches.make, name="card_batch_make"),
    path("modules/<str:code>/count/", scanning.stock, name="card_stock_count"),
    path("modules/<str:code>/count/begin/", scanning.begin, name="card_stock_begin"),
    path("keys/", keys.keys, name="card_keys"),
    path("keys/new/", keys.new_key, name="card_key_new"),
    path("keys/<str:kid>/<str:code>/", keys.step, name="card_key_step"),
    path("batches/<int:pk>/", batches.batch_page, name="card_batch"),
    path("batches/<int:pk>/print/", batches.press, name="card_batch_print"),
    path("batches/<int:pk>/receive/", scanning.receive, name="card_batch_receive"),
    path("batches/<int:pk>/pieces.<str:form>", pieces.table, name="card_batch_table"),
    path("batches/<int:pk>/pieces/<str:code>/", pieces.change, name="card_batch_pieces"),
    path("batches/<int:pk>/sheets/<int:number>/", pieces.sheet, name="card_batch_sheet"),
    path("batches/<int:pk>/<str:code>/", batches.step, name="card_batch_step"),
    path("<str:folio>/digital/", digital.page, name="digital_card"),
    path("<str:folio>/digital.pdf", digital.pdf, name="digital_card_pdf"),
]
