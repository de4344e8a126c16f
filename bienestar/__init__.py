"""An open information system for a free public health service."""

__version__ = "0.1.0"
