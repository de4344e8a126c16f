"""Users, roles and grants: a role over a territory for a period."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from bienestar.foundation.accounts.choices import Permission


class UserManager(BaseUserManager["User"]):
    """Finds users for sign-in. Users are made by the action ``create_user``."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser):
    """A local account. It may do nothing by itself: only its grants say what and where."""

    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=200)
    language = models.CharField(max_length=5, choices=[("es", "Español"), ("en", "English")], default="es")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.display_name


class Role(models.Model):
    """A named set of permissions, kept in step with definitions/roles.yaml by ``sync_roles``."""

    key = models.SlugField(max_length=40, unique=True)
    name_es = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    purpose_es = models.CharField(max_length=300)
    purpose_en = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.key


class RolePermission(models.Model):
    """A permission that a role holds."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=40, choices=Permission.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once")]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission}"


class Grant(models.Model):
    """A role given to a user over a territory (a path prefix, down to one unit) for a period."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    area_path = models.CharField(max_length=120, help_text="'MX/', 'MX/13/', 'MX/13/13048/' or a unit's path")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="last day; empty while open")
    granted_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="grant_period_in_order",
            ),
            models.CheckConstraint(condition=Q(area_path__endswith="/"), name="grant_path_ends_in_slash"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.area_path}"


class ApiToken(models.Model):
    """A secret for machines that call the API as a user; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField()

    def __str__(self) -> str:
        return self.name
