"""Template tags and filters of every page: numbers with their units, what is not known, links."""

from django import template

register = template.Library()
