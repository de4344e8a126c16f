"""Published figures beside ours, for everybody: the claims kept as data, and any text that a reader pastes."""
