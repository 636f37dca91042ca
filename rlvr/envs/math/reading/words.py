r"""Which words are functions, units, numbers, currencies or fillers.

- `FUNCTIONS`: names of functions, with or without a backslash.
- `SYMBOLS`: commands and words that name a variable or a constant.
- `unit(words)`: the canonical spelling of a unit, or `None` for words that name none.
- `MULTIPLIERS`: "thousand" and the like.
- `CURRENCIES`: signs and words for currencies.
- `SEPARATORS`, `FILLERS`: "and", "or"; articles and the like.
"""

from __future__ import annotations

import re

FUNCTIONS = {
    **{name: name for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "ln", "exp", "gcd")},
    **{name: name for name in ("lcm", "max", "min", "log", "arg", "det", "deg", "floor", "ceil", "arcsin", "arccos")},
    "arctan": "arctan",
    "arccot": "arccot",
    "cosec": "csc",
    "tg": "tan",
    "ctg": "cot",
    "cotan": "cot",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "lg": "log",
    "Re": "re",
    "Im": "im",
    "abs": "abs",
    "sqrt": "sqrt",
}
"""Names of functions of the text, and what they are called in a tree."""

INVERSES = {"sin": "arcsin", "cos": "arccos", "tan": "arctan", "cot": "arccot"}
"""What `f^{-1}` is called."""

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
SYMBOLS = {
    **{name: name for name in (*_GREEK, "pi", "ell", "hbar", "partial", "nabla", "angle", "triangle")},
    "varepsilon": "epsilon",
    "vartheta": "theta",
    "varphi": "phi",
    "varpi": "pi",
    "varrho": "rho",
    "varsigma": "sigma",
    "imath": "i",
    "jmath": "j",
    "hslash": "hbar",
}
"""Commands that name a variable or a constant. `angle` and `triangle` open a name: `\\angle ABC`."""

SEPARATORS = {"and", "or", "and/or", "or else", "&"}
"""Words that part the elements of a list."""

FILLERS = re.compile(r"\b(?:the|an?(?=\s+[^\W\d_]{2})|about|approximately|exactly|only|just|roughly)\b", re.IGNORECASE)
"""Words that change nothing in an answer of words."""

MULTIPLIERS = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
"""Words that multiply the number before them (short scale)."""

CURRENCIES = {
    "$": "dollar",
    "dollar": "dollar",
    "usd": "dollar",
    "buck": "dollar",
    "€": "euro",
    "euro": "euro",
    "eur": "euro",
    "£": "pound sterling",
    "gbp": "pound sterling",
    "¥": "yen",
    "yen": "yen",
    "₹": "rupee",
    "rupee": "rupee",
    "cent": "cent",
    "¢": "cent",
    "yuan": "yuan",
    "peso": "peso",
    "franc": "franc",
}
"""Signs and words for currencies, and what each is called in a tree."""

_SPELLINGS = {
    "in": "inch inches ins",
    "ft": "foot feet",
    "yd": "yard yards yds",
    "mi": "mile miles",
    "mm": "millimeter millimeters millimetre millimetres",
    "cm": "centimeter centimeters centimetre centimetres cms",
    "dm": "decimeter decimeters decimetre decimetres",
    "m": "meter meters metre metres",
    "km": "kilometer kilometers kilometre kilometres kms",
    "s": "second seconds sec secs",
    "min": "minute minutes mins",
    "h": "hour hours hr hrs",
    "day": "days",
    "week": "weeks wk wks",
    "month": "months",
    "year": "years yr yrs",
    "mg": "milligram milligrams",
    "g": "gram grams gramme grammes",
    "kg": "kilogram kilograms kilo kilos kgs",
    "lb": "lbs",
    "oz": "ounce ounces",
    "ton": "tons tonne tonnes",
    "ml": "milliliter milliliters millilitre millilitres mL",
    "l": "liter liters litre litres L",
    "gal": "gallon gallons",
    "deg": "degree degrees degs",
    "rad": "radian radians",
    "pct": "percent percentage percents",
    "mi/h": "mph",
    "km/h": "kph kmh",
    "unit": "units",
    "am": "AM",
    "pm": "PM",
    "person": "people persons",
    "man": "men",
    "woman": "women",
    "child": "children",
}
_UNITS = {spelling: unit for unit, spellings in _SPELLINGS.items() for spelling in (unit, *spellings.split())}
SHORT_UNITS = (
    frozenset(word for word in _UNITS if 2 <= len(word) <= 3) - {"in", "min", "deg", "day", "man", "rad"}
) | {"USD", "EUR", "GBP"}
"""Units that are read as such after a number, though they could be products of variables."""

LETTER_UNITS = frozenset("mgshlL")
"""Units of one letter; between numbers they may also be variables."""

_POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3, "squared": 2, "cubed": 3}
NO_UNITS = frozenset(
    "or and not no if than more less least most minus plus times over is are was to by negative half quarter third "
    "double twice between from either neither nor maybe possibly up off but infinity infinite undefined none zero one "
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion trillion dozen mod modulo even odd true false remainder approx "
    "halves thirds fourths fifths sixths sevenths eighths ninths tenths hundredths thousandths tens factorial "
    "repeating recurring lakh crore quadrillion googol permille fewer wrong nearly almost perhaps unless otherwise "
    "alternatively inverse reciprocal imaginary conjugate binary octal hexadecimal hex quarters pair pairs gross score "
    "couple couples".split()
)
"""Words that are no unit: they change the value, or offer a choice."""
_COUNTED = {"unit", "person", "man", "woman", "child"}
_WORD = re.compile(r"[^\W\d_]+")
MAX_UNIT_WORDS = 4
"""More words than these are a sentence, no unit."""


def unit(words: str) -> str | None:
    r"""The canonical spelling of a unit, such as `cm^2` or `mi/h`; `None` if the words cannot be one.

    Any words are one, since people count apples; but not words that change the value or offer a choice.

    Example:
        >>> unit("square inches"), unit("miles per hour"), unit("apples"), unit("or 41")
        ('in^2', 'mi/h', 'apple', None)
    """
    names: list[str] = []
    pending = 1
    words = re.sub(r"\bper\b", "/", words.replace("^{", "^").replace("}", "").replace("\\cdot", "*"))
    tokens = re.findall(r"[^\W\d_]+|\^?-?[0-9]+|[/*·.,()]|\S", words)
    if not tokens or len(tokens) > 4 * MAX_UNIT_WORDS:
        return None
    for token in tokens:
        if token in ("/", "*", "·"):
            names.append("/" if token == "/" else "*")
        elif token in (".", ","):
            continue
        elif re.fullmatch(r"\^?[23]", token) and names and names[-1][-1].isalpha():
            names[-1] += "^" + token[-1]
        elif _WORD.fullmatch(token):
            low = token.lower()
            if low in NO_UNITS:
                return None
            if low in ("of", "the", "a", "an", "long", "each", "total", "old"):
                continue
            if low in _POWERS:
                if low in ("squared", "cubed") and names and names[-1][-1].isalpha():
                    names[-1] += f"^{_POWERS[low]}"
                else:
                    pending = _POWERS[low]
                continue
            name = _UNITS.get(token) or _UNITS.get(low) or CURRENCIES.get(low) or CURRENCIES.get(low.rstrip("s"))
            if name is None:
                name = low[:-1] if len(low) > 3 and low.endswith("s") and not low.endswith("ss") else low
            names.append(f"{name}^{pending}" if pending > 1 else name)
            pending = 1
        else:
            return None
    words_in = [name for name in names if name not in ("/", "*")]
    if not words_in or len(words_in) > MAX_UNIT_WORDS or names[0] in ("/", "*") or names[-1] in ("/", "*"):
        return None
    return " ".join(names).replace(" / ", "/").replace(" * ", "*")


def is_measure(name: str) -> bool:
    """Whether a word of a unit, as `unit` spells it, is a measure such as `cm^2` or `mi/h`, not something counted."""
    first = re.split(r"[\^/*]", name)[0]
    return first in _SPELLINGS and first not in _COUNTED
