"""Exact algebra on the trees of answers: what an expression is worth, so that equal ones look equal.

A value is a quotient of two polynomials with rational coefficients over *atoms*: variables, pi, e, i, fractional powers
of primes, logarithms of primes, sines and cosines, exponentials, and roots and functions that are not simplified any
further. Where all atoms of a difference are independent of each other, a difference that is not 0 proves inequality.

- `limits.py`: what bounds the work, and what goes wrong;
- `polynomial.py`: polynomials over atoms;
- `ratio.py`: quotients of them;
- `powers.py`: powers and roots;
- `circular.py`: sines, cosines and exponentials;
- `functions.py`: logarithms, factorials and so on;
- `evaluation.py`: from a tree to a value.

No floats, nothing symbolic beyond this, and every step counts against a budget, so that no text can make it slow.
"""
