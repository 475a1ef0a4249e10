"""What keeps the site standing: failures found again, requests that cannot be served, heavy work in turn."""
