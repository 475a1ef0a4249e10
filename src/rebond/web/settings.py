"""Settings of the site. Each variable of the environment is on its line, with what it means."""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF

from rebond.data import data_folder
from rebond.web import environment

HERE = Path(__file__).parent

# ---- What an instance chooses

# REBOND_DATA_DIR: folder of the instance (secret key, default database and documents).
DATA_DIR = environment.folder("REBOND_DATA_DIR")
# DATABASE_URL: sqlite:////chemin/rebond.sqlite3 or postgres://user:password@host/name.
DATABASE_URL = environment.text(
    "DATABASE_URL", f"sqlite:///{DATA_DIR / 'rebond.sqlite3'}" if DATA_DIR else "sqlite:///:memory:"
)
# REBOND_DOCUMENTS: folder of the documents that the site offers for download.
DOCUMENTS_ROOT = environment.folder("REBOND_DOCUMENTS") or (DATA_DIR or Path.cwd()) / "documents"
# REBOND_CATALOGUE: folder of the catalogue, as --catalogue has it: that of a territory adds to the shipped one.
CATALOGUE_FOLDER = environment.folder("REBOND_CATALOGUE") or data_folder()
# REBOND_SECRET_KEY: key that signs sessions; drawn once into the data folder when absent.
SECRET_KEY = environment.secret_key(DATA_DIR)
# REBOND_DEBUG: 1 shows Django's error pages; never on a public machine.
DEBUG = environment.flag("REBOND_DEBUG")
# REBOND_DEMO: 1 creates the demo accounts and lists them on the login page.
DEMO = environment.flag("REBOND_DEMO")
# REBOND_HOSTS: host names under which the site answers, separated by commas.
ALLOWED_HOSTS = environment.words("REBOND_HOSTS", "localhost,127.0.0.1,[::1]")
# REBOND_HTTPS: 1 behind HTTPS: secure cookies, HSTS, and X-Forwarded-Proto trusted from the proxy.
HTTPS = environment.flag("REBOND_HTTPS")
# MARQUE_ETAT: 1 shows the State's brand (block, Marianne, favicon): State services and operators only.
MARQUE_ETAT = environment.flag("MARQUE_ETAT")
# REBOND_OPERATOR: who publishes this instance, for the legal notice.
OPERATOR = environment.text("REBOND_OPERATOR", "")
# REBOND_CONTACT: e-mail address for help and accessibility requests.
CONTACT = environment.text("REBOND_CONTACT", "")

# REBOND_REQUESTS: requests a second that one person, or one network address, may go on asking for; 0: no limit.
REQUESTS_PER_SECOND = environment.number("REBOND_REQUESTS", 30)
# REBOND_DOCUMENTS_APRES: minutes without a change after which the documents of a study are made by themselves; 0: only
# when someone asks.
DOCUMENTS_AFTER = environment.number("REBOND_DOCUMENTS_APRES", 0)

# ---- Django

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Serves files itself, in the place of Django's runserver.
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "widget_tweaks",
    "dsfr",
    "rebond.web.accounts",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "rebond.web.organisations",
    "rebond.web.support",
    "rebond.web.missions",
    "rebond.web.journal",
    "rebond.web.editing",
    "rebond.web.regrouping",
    "rebond.web.exchange",
    "rebond.web.firms",
    "rebond.web.interviews",
    "rebond.web.projects",
    "rebond.web.linkage",
    "rebond.web.studies",
    "rebond.web.financing",
    "rebond.web.portfolio",
    "rebond.web.committee",
    "rebond.web.stationery",
    "rebond.web.referrals",
    "rebond.web.advice",
    "rebond.web.roadmap",
    "rebond.web.restitution",
    "rebond.web.catalogue",
    "rebond.web.screening",
    "rebond.web.worker",
    "rebond.web.desk",
    "rebond.web.files",
    "rebond.web.disclosure",
    "rebond.web.readings",
    "rebond.web.publishing",
    "rebond.web.api",
    "rebond.web.answering",
    "rebond.web.reminders",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "rebond.web.accounts.sessions.SessionClock",
    "rebond.web.support.middleware.InPlaceOf",
    "rebond.web.guard.requests.RequestGuard",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rebond.web.readings.middleware.Readings",
]
ROOT_URLCONF = "rebond.web.urls"
WSGI_APPLICATION = "rebond.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rebond.web.context.site",
            ],
            "builtins": [
                "django.templatetags.static",
                "rebond.web.templatetags.french",
                "rebond.web.templatetags.editing",
                "rebond.web.templatetags.menu",
            ],
        },
    }
]
DATABASES = {"default": environment.database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# ---- Accounts

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
# Names and passwords kept here. ProConnect or passkeys come as one more line; ``accounts.signing`` is their only door.
AUTHENTICATION_BACKENDS = ["rebond.web.accounts.backend.NameOrAddress"]
# REBOND_SESSION_IDLE: minutes without any gesture after which a session ends; 0: no limit.
SESSION_IDLE = environment.number("REBOND_SESSION_IDLE", 60) * 60
# REBOND_SESSION_LONGEST: hours after which a session ends whatever is done.
SESSION_COOKIE_AGE = int((environment.number("REBOND_SESSION_LONGEST", 12) or 12) * 3600)
# REBOND_SECOND_FACTOR: who must give a code of their telephone: personne, administrateurs, equipe or tous.
SECOND_FACTOR = environment.choice(
    "REBOND_SECOND_FACTOR", ("personne", "administrateurs", "equipe", "tous"), default="personne"
)
PASSWORD_RESET_TIMEOUT = 7_200
OTP_TOTP_ISSUER = "Rebond"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# ---- Letters

# REBOND_SITE: the address of the site, for the links of letters that nobody's request asks for:
# https://rebond.exemple.fr; absent: the first of REBOND_HOSTS.
SITE = environment.site("REBOND_SITE", https=HTTPS, hosts=ALLOWED_HOSTS)

# REBOND_EMAIL: smtp://account:password@host:587; absent: letters stay in the folder « courriels » of the instance.
# REBOND_EMAIL_FROM: the address that they come from.
_EMAIL = environment.email(environment.text("REBOND_EMAIL", "").strip(), DATA_DIR)
EMAIL_BACKEND = _EMAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _EMAIL.get("EMAIL_FILE_PATH")
EMAIL_HOST, EMAIL_PORT = _EMAIL.get("EMAIL_HOST", "localhost"), _EMAIL.get("EMAIL_PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _EMAIL.get("EMAIL_HOST_USER", ""), _EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL, EMAIL_USE_TLS = _EMAIL.get("EMAIL_USE_SSL", False), _EMAIL.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = environment.text("REBOND_EMAIL_FROM", "") or CONTACT or "rebond@localhost"

# ---- Static files, served by the site itself

# REBOND_STATIC: folder filled by collectstatic (compressed, cached for ever); absent: files come from the packages.

STATIC_URL = "/static/"
STATIC_ROOT = environment.folder("REBOND_STATIC")
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# The manifest storage rewrites the style sheets: their published digests no longer match and the page is bare.
DSFR_USE_INTEGRITY_CHECKSUMS = False

# ---- Security

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# A workbook of a mission weighs under 1 MB; forms hold a few hundred fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
CSRF_FAILURE_VIEW = "rebond.web.errors.csrf_refused"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# ---- Failures: on the standard error, and in a private file of the instance

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        **(
            {
                "incidents": {
                    "class": "rebond.web.guard.incidents.PrivateFile",
                    "filename": str(DATA_DIR / "incidents.log"),
                    "formatter": "line",
                }
            }
            if DATA_DIR
            else {}
        ),
    },
    "loggers": {
        "rebond.incidents": {"handlers": ["stderr", *(["incidents"] if DATA_DIR else [])], "propagate": False},
    },
}
