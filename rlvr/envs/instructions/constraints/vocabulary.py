"""Words that generated constraints draw: plain English nouns, none inside another, and what prompts are about."""

from __future__ import annotations

KEYWORDS = tuple(
    (
        "anchor basket bridge candle canyon castle copper cousin desert engine feather forest garden glacier"
        " hammer harbor island jacket journey kitchen ladder lantern legend library lumber magnet marble"
        " meadow mirror mountain needle ocean orchard paddle palace pepper pillow planet pocket puzzle rabbit"
        " ribbon river rocket saddle shadow signal silver statue summer temple thunder timber tunnel turtle"
        " valley velvet village violin wagon whistle window winter wizard"
    ).split()
)
"""Nouns of the base form, that no writer's filler sentence uses."""
