"""Choosing which services to make ready under a budget, to a proven gap."""
