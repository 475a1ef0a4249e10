"""The catalogue of funding schemes: model, loader, screening, freshness."""
