from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "bienestar.foundation.accounts"
    label = "accounts"
