import os

from servicekit.process.main import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minimal.settings")
    main("minimal")
