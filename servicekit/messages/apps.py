from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "servicekit.messages"
    label = "servicekit_messages"
