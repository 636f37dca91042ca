"""Which languages a model's text is in, and how much of each: see `docs/language.md`.

- `shares(text)`, `share(text, language)`, `dominant(text)`: the answer (`rlvr.envs.language.answer`).
- `strip_markup(text)`: the text without LaTeX, code, addresses and tags (`rlvr.envs.language.markup`).

How it works: `scripts` counts words by sentence and script, `candidates` says which languages a script may be, and
where these are several, `deciding` asks `model` (py3langid) or, for Han, looks for kana.
"""

from rlvr.envs.language.answer import dominant, share, shares
from rlvr.envs.language.markup import strip_markup

__all__ = ["dominant", "share", "shares", "strip_markup"]
