"""Actions that answer the needs heard."""
