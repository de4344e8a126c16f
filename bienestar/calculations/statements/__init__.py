"""Statements: the figures of a Spanish or English text, what each counts, and whether the text's own arithmetic holds.

Rules and a numeric parser; no network and no model. Every figure tells which words made it one.
"""
