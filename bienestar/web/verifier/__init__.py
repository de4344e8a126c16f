"""The verifier: a page for everybody that checks cards without a network, and the files it carries."""
