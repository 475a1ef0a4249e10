"""A plan is refused when it breaks the law: two audits that share nothing with the model."""
