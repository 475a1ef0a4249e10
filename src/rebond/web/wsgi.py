"""Entry point of application servers: ``gunicorn rebond.web.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rebond.web.settings")
application = get_wsgi_application()
