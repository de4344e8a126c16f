"""Which rolls of institutions are here, in days and counts."""
