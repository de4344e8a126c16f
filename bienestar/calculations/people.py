"""Whom each unit serves: people shared among clinics of a municipality, municipalities given to their hospitals.

See docs/methods/people-served.md for the rules in prose and a worked example.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from bienestar.calculations.formulas import Array

Places = NDArray[np.int64]


def shares(groups: Places, weights: Array, count: int) -> Array:
    """Each member's part of its group, from 0 to 1, by weight.

    Args:
        groups: group of each member, 0 … count − 1.
        weights: > 0, or NaN where it is not known: such a member weighs as the mean of its group's known ones, or 1.
        count: how many groups there are.
    """
    known = ~np.isnan(weights) & (weights > 0)
    sums = np.bincount(groups[known], weights[known], count)
    members = np.bincount(groups[known], minlength=count)
    means = np.where(members > 0, sums / np.maximum(members, 1), 1.0)
    filled = np.where(known, weights, means[groups])
    return np.asarray(filled / np.bincount(groups, filled, count)[groups])


def on_sphere(latitude: Array, longitude: Array) -> Array:
    """Points of the unit sphere, shape (n, 3), of places in degrees; chords between them grow with distance."""
    phi, lam = np.radians(latitude), np.radians(longitude)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)


def nearest(places: Array, sites: Array) -> Places:
    """The nearest site of each place, both as ``on_sphere`` gives them; −1 where the place has no coordinates.

    Sites without coordinates are nobody's nearest; without any site with coordinates every answer is −1.
    """
    found = np.full(len(places), -1, dtype=np.int64)
    located = np.flatnonzero(~np.isnan(places).any(axis=1))
    usable = np.flatnonzero(~np.isnan(sites).any(axis=1))
    if len(located) and len(usable):
        _, index = cKDTree(sites[usable]).query(places[located])
        found[located] = usable[index]
    return found


def site_of_each(own: Places, places: Array, sites: Array, states: Places, site_states: Places) -> Places:
    """The site that serves each municipality: its own if it has one, else the nearest of its state; −1 for none.

    Args:
        own: index of the site in the municipality itself, −1 where it has none.
        places, sites: coordinates of municipalities and sites as ``on_sphere`` gives them.
        states, site_states: the state of each; nobody is sent to a hospital of another state.
    """
    found = own.copy()
    for state in np.unique(states):
        waiting = np.flatnonzero((states == state) & (own < 0))
        offered = np.flatnonzero(site_states == state)
        if len(waiting) and len(offered):
            index = nearest(places[waiting], sites[offered])
            found[waiting] = np.where(index >= 0, offered[index], -1)
    return found
