"""Django's handle on this service."""

from django.apps import AppConfig


class UserServiceConfig(AppConfig):
    name = "user_service"

    def ready(self) -> None:
        from user_service import cache  # noqa: PLC0415 - it needs the models, which are loaded by now

        cache.forget_on_every_save()
