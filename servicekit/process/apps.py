from django.apps import AppConfig


class ProcessConfig(AppConfig):
    name = "servicekit.process"
    label = "servicekit_process"
