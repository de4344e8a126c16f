"""The review desk: pairs that the comparison can neither link nor part, and conclusions that somebody contests."""
