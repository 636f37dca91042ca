"""From the text of an answer to a tree: a reader of LaTeX and plain mathematics, written for texts one cannot trust.

- `notation.py`, `words.py`: what characters and commands, and what words, mean;
- `tokens.py`, `numerals.py`: characters to tokens, in one pass; numbers as they are written;
- `tree.py`: what a tree is made of;
- `parser.py`, `brackets.py`, `commands.py`, `measures.py`: tokens to a tree, with bounded depth.

Nothing is computed here, and nothing of the text is ever evaluated.
"""
