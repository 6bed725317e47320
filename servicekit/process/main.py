"""What `python -m <service>` runs."""

import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import ManagementUtility
from environs import EnvError


def main(service: str) -> None:
    """
    Run the management command that the command line names.

    A configuration error ends the process with one sentence instead of a traceback.
    """
    try:
        ManagementUtility([f"python -m {service}", *sys.argv[1:]]).execute()
    except (ImproperlyConfigured, EnvError) as error:
        sys.exit(f"{service}: {error}")
