"""All projects planned together under shared budgets: what is financed whole, with a bound that no plan can pass."""
