"""The Django app."""

from django.apps import AppConfig


class UserServiceConfig(AppConfig):
    name = "user_service"

    def ready(self) -> None:
        from user_service import cache  # noqa: PLC0415 - it imports models, which are loaded only now

        cache.drop_on_every_save()
