"""Entry point of application servers: ``gunicorn rebond.web.wsgi``."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from rebond.web.instance import settle_documents

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rebond.web.settings")
settle_documents(settings.DOCUMENTS_ROOT)
application = get_wsgi_application()
