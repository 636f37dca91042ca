"""What else is rewarded or shown: Gymnasium wrappers, one file each.

- `TextObservation`: observations as plain text.
"""

from __future__ import annotations

if __name__ != "rlvr.wrappers":  # The folder is linked at the repository's root for the eye only.
    raise ImportError(f"Import this package as rlvr.wrappers, not as {__name__}.")

from rlvr.wrappers.text_observation import TextObservation

__all__ = ["TextObservation"]
