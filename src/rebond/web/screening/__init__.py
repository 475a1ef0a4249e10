"""« Tester mon entreprise »: which dispositifs a firm can apply for, without an account; nothing is stored."""
