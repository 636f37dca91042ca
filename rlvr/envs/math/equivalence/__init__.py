"""Whether two answers are the same: what an answer is as a whole, and when two of them agree.

- `shapes.py`: the forms: a value with its unit, a list, a tuple, a set of reals, an equation, and so on;
- `forms.py`, `relations.py`, `regions.py`: from a tree to its form; equations and inequalities; sets of real numbers;
- `comparing.py`, `units.py`: two forms to an outcome; which units are one;
- `words.py`: answers of words and the letters of multiple choice;
- `strictness.py`: what the strict mode refuses besides;
- `numeric.py`, `proof.py`: expressions that exact algebra cannot tell apart: many digits, and sympy. Workers run these.
- `decision.py`: the stages in order.
"""
