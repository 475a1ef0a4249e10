"""``python -m rebond.web.worker etudes|documents [PROCESSUS]``: started by the site, not by people."""

from __future__ import annotations

import sys


def main(work: str, parent: str = "0") -> None:
    """Run one kind of work; ``parent``: the process that it ends with."""
    import django

    django.setup()
    from rebond.web.worker.loop import run, run_documents

    {"etudes": run, "documents": run_documents}[work](parent=int(parent))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        # Ctrl+C reaches the site and its worker together: stopping is all that is asked.
        sys.exit(0)
