"""Two forms to an outcome: the same, different, or not decided by exact algebra.

- `Outcome`: `SAME`, `DIFFERENT`, `OPEN`.
- `Comparison`: compares forms; what is open may be passed on to `settle`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum

from rlvr.envs.math.algebra import polynomial as poly
from rlvr.envs.math.algebra import ratio as ratios
from rlvr.envs.math.algebra.limits import Budget
from rlvr.envs.math.algebra.polynomial import Polynomial, independent
from rlvr.envs.math.algebra.ratio import Ratio
from rlvr.envs.math.equivalence import regions
from rlvr.envs.math.equivalence.shapes import Form, interval
from rlvr.envs.math.equivalence.units import letter_unit, same_unit, times_hundred
from rlvr.envs.math.reading.tree import Node


class Outcome(Enum):
    """What a comparison came to."""

    SAME = "same"
    DIFFERENT = "different"
    OPEN = "open"
    """Exact algebra cannot tell."""


Settle = Callable[[Node, Node], Outcome]
SAME, DIFFERENT, OPEN = Outcome.SAME, Outcome.DIFFERENT, Outcome.OPEN


class Comparison:
    """Compares forms under a budget."""

    def __init__(self, budget: Budget, settle: Settle | None = None) -> None:
        """`settle` decides what exact algebra leaves open, from the trees of the gold and the answer."""
        self.budget = budget
        self._settle = settle

    def compare(self, gold: Form, answer: Form) -> Outcome:
        """Whether an answer's form is the gold's."""
        if answer.kind == "contradiction" or gold.kind == "contradiction":
            return DIFFERENT
        special = _ACROSS.get((gold.kind, answer.kind))
        if special is not None:
            return special(self, gold, answer)
        if gold.kind != answer.kind:
            if gold.kind == "named":
                return self.compare(gold.parts[0], answer)
            if answer.kind == "named":
                return self.compare(gold, answer.parts[0])
            if answer.kind == "list" and len(answer.parts) == 1:
                return self.compare(gold, answer.parts[0])
            if gold.kind == "list" and len(gold.parts) == 1:
                return self.compare(gold.parts[0], answer)
            return DIFFERENT
        return _WITHIN[gold.kind](self, gold, answer)

    # Values.

    def ratios(self, gold: Ratio, answer: Ratio, trees: tuple[Node | None, Node | None] = (None, None)) -> Outcome:
        """Whether two values are equal."""
        difference = ratios.difference(gold, answer, self.budget)
        if not difference:
            return SAME
        if independent(difference):
            return DIFFERENT
        if self._settle is None or trees[0] is None or trees[1] is None:
            return OPEN
        return self._settle(trees[0], trees[1])

    def _values(self, gold: Form, answer: Form) -> Outcome:
        """Two values with their units; which leniency is meant is written in the documentation of the verifier."""
        if answer.mark is None and answer.node is not None and gold.value.number is not None:
            answer = letter_unit(answer)
        gold_kind, gold_name = gold.mark or (None, None)
        kind, name = answer.mark or (None, None)
        trees = (gold.node, answer.node)
        if kind == "pct" and gold_kind is None:
            size = gold.value.number
            if size is not None and abs(size) > 1:
                return self.ratios(gold.value, answer.value, trees)
            hundredfold = ratios.multiply(gold.value, _HUNDRED, self.budget)
            return self.ratios(hundredfold, answer.value, (times_hundred(gold.node), answer.node))
        if gold_kind == "pct" and kind is None:
            outcome = self.ratios(gold.value, answer.value, trees)
            if outcome is SAME:
                return outcome
            hundredfold = ratios.multiply(answer.value, _HUNDRED, self.budget)
            return self.ratios(gold.value, hundredfold, (gold.node, times_hundred(answer.node)))
        if gold_kind is not None and kind is not None and not same_unit(gold_kind, gold_name, kind, name):
            return DIFFERENT
        return self.ratios(gold.value, answer.value, trees)

    def _names_in_order(self, gold: Form, answer: Form) -> Outcome:
        """`x = 4, y = 5` as (4, 5) or as "4, 5": the names in the order of the alphabet."""
        named = gold if gold.kind == "list" and gold.parts and gold.parts[0].kind == "named" else answer
        other = answer if named is gold else gold
        names = [part.value for part in named.parts if part.kind == "named"]
        if len(set(names)) != len(named.parts) or other.mark not in (None, "()"):
            return DIFFERENT
        values = tuple(part.parts[0] for part in sorted(named.parts, key=lambda part: str(part.value)))
        inner, plain = Form("tuple", None, values), Form("tuple", None, other.parts)
        return self._in_order(inner, plain) if named is gold else self._in_order(plain, inner)

    def _infinities(self, gold: Form, answer: Form) -> Outcome:
        return SAME if gold.value == answer.value else DIFFERENT

    def _texts(self, gold: Form, answer: Form) -> Outcome:
        return SAME if gold.value == answer.value else DIFFERENT

    def _named(self, gold: Form, answer: Form) -> Outcome:
        """Names in words, as in "Area = 5", are compared with each other only."""
        names = {gold.value, answer.value}
        if len(names) == 2 and len({name.startswith('"') for name in names}) == 1:
            polynomials = [self._as_polynomial(form) for form in (gold, answer)]
            if polynomials[0] is None or polynomials[1] is None:
                return DIFFERENT
            return self._proportional(polynomials[0], polynomials[1], signed=False)  # x = 2y, y = x/2
        return self.compare(gold.parts[0], answer.parts[0])

    def _as_polynomial(self, named: Form) -> Polynomial | None:
        """What is 0 according to `y = 2x + 3`, if y is a variable."""
        inner = named.parts[0]
        if inner.kind != "value" or inner.mark is not None or not named.value.replace("_", "").isalnum():
            return None
        return ratios.difference(ratios.of("v:" + named.value), inner.value, self.budget)

    # Collections.

    def _in_order(self, gold: Form, answer: Form) -> Outcome:
        if len(gold.parts) != len(answer.parts):
            return DIFFERENT
        return self._all(self.compare(*pair) for pair in zip(gold.parts, answer.parts, strict=True))

    def _lists(self, gold: Form, answer: Form) -> Outcome:
        """Elements in any order: each of the gold's is matched with one of the answer's."""
        if len(gold.parts) != len(answer.parts):
            return DIFFERENT
        named = [bool(form.parts) and all(part.kind == "named" for part in form.parts) for form in (gold, answer)]
        if named[0] and not named[1]:
            return self._names_in_order(gold, answer)
        if named[1] and not named[0]:
            return DIFFERENT  # The gold's elements are in no order: no telling which one is x.
        # Being the same is transitive, so it does not matter which of several equal elements is taken.
        unmatched = list(answer.parts)
        open_left = []
        for element in gold.parts:
            outcomes = [self.compare(element, other) for other in unmatched]
            if SAME in outcomes:
                del unmatched[outcomes.index(SAME)]
            elif OPEN in outcomes:
                open_left.append(element)
            else:
                return DIFFERENT
        return OPEN if open_left else SAME

    def _tuples(self, gold: Form, answer: Form) -> Outcome:
        brackets = {gold.mark, answer.mark}
        return self._in_order(gold, answer) if len(brackets) == 1 or brackets == {"()", "<>"} else DIFFERENT

    def _matrices(self, gold: Form, answer: Form) -> Outcome:
        return self._in_order(gold, answer) if gold.value == answer.value else DIFFERENT

    def _column_and_tuple(self, gold: Form, answer: Form) -> Outcome:
        matrix = gold if gold.kind == "matrix" else answer
        pair = answer if gold.kind == "matrix" else gold
        return self._in_order(gold, answer) if matrix.value == 1 and pair.mark in ("()", "<>") else DIFFERENT

    def _regions(self, gold: Form, answer: Form) -> Outcome:
        """The variable's name counts only where both have one."""
        if gold.mark and answer.mark and gold.mark != answer.mark:
            return DIFFERENT
        return self._same_regions(gold.value, answer.value)

    def _region_and_tuple(self, gold: Form, answer: Form) -> Outcome:
        region = gold.value if gold.kind == "region" else interval(gold)
        other = answer.value if answer.kind == "region" else interval(answer)
        if region is None or other is None:
            return DIFFERENT
        return self._same_regions(region, other)

    def _region_and_list(self, gold: Form, answer: Form) -> Outcome:
        elements = answer if answer.kind == "list" else gold
        region = gold if gold.kind == "region" else answer
        if not all(part.kind == "value" and part.mark is None for part in elements.parts):
            return DIFFERENT
        bounds = [regions.Bound(part.value, part.node) for part in elements.parts]
        return self._same_regions(region.value, regions.points(bounds))

    def _emptiness(self, gold: Form, answer: Form) -> Outcome:
        region = gold.value if gold.kind == "region" else answer.value
        return SAME if region == regions.NOTHING else DIFFERENT

    def _same_regions(self, gold: regions.Region, answer: regions.Region) -> Outcome:
        pairs = regions.paired(gold, answer)
        if pairs is None:
            return DIFFERENT
        return self._all(self.ratios(end.value, other.value, (end.node, other.node)) for end, other in pairs)

    # Relations.

    def _equations(self, gold: Form, answer: Form) -> Outcome:
        return self._proportional(gold.value, answer.value, signed=False)

    def _named_and_equation(self, gold: Form, answer: Form) -> Outcome:
        """`y = 2x + 3` as `2x - y + 3 = 0`."""
        named, equation = (gold, answer) if gold.kind == "named" else (answer, gold)
        polynomial = self._as_polynomial(named)
        return DIFFERENT if polynomial is None else self._proportional(polynomial, equation.value, signed=False)

    def _inequalities(self, gold: Form, answer: Form) -> Outcome:
        if gold.value[0] != answer.value[0]:
            return DIFFERENT
        first, second = gold.value[1], answer.value[1]
        if first.bottom != second.bottom:
            return self.ratios(first, second)
        return self._proportional(first.top, second.top, signed=gold.value[0] != "!=")

    def _proportional(self, gold: Polynomial, answer: Polynomial, *, signed: bool) -> Outcome:
        """Whether one is the other times a number that is not 0, and greater than 0 if signs matter."""
        if not gold or not answer:
            return SAME if gold == answer else DIFFERENT
        lead, factor = poly.leading(gold)
        other = poly.coefficient(answer, lead)
        if not other:
            return DIFFERENT if independent(gold) and independent(answer) else OPEN
        if signed:
            sizes = regions.approximate(regions.Bound(Ratio(factor))), regions.approximate(regions.Bound(Ratio(other)))
            if sizes[0] is None or sizes[1] is None:
                return OPEN
            if sizes[0] * sizes[1] < 0:
                return DIFFERENT
        difference = poly.add(
            poly.multiply(gold, other, self.budget),
            poly.scale(poly.multiply(answer, factor, self.budget), -1),
            self.budget,
        )
        if not difference:
            return SAME
        return DIFFERENT if independent(difference) else OPEN

    def _chains(self, gold: Form, answer: Form) -> Outcome:
        return self._in_order(gold, answer) if gold.value == answer.value else DIFFERENT

    # Bases.

    def _bases(self, gold: Form, answer: Form) -> Outcome:
        return SAME if gold.value == answer.value else DIFFERENT

    def _base_and_value(self, gold: Form, answer: Form) -> Outcome:
        """The subscript may be left out where the gold has one; a gold without one is a decimal number."""
        based, plain = (gold, answer) if gold.kind == "base" else (answer, gold)
        digits, base = based.value
        number = plain.value.number
        if plain.mark is not None or not isinstance(number, int) or (based is answer and base != 10):
            return DIFFERENT
        return SAME if digits.isdigit() and number == int(digits) else DIFFERENT

    @staticmethod
    def _all(outcomes: Iterable[Outcome]) -> Outcome:
        outcome = SAME
        for one in outcomes:
            if one is DIFFERENT:
                return DIFFERENT
            if one is OPEN:
                outcome = OPEN
        return outcome


_HUNDRED = ratios.rational(100)

_WITHIN: dict[str, Callable[[Comparison, Form, Form], Outcome]] = {
    "value": Comparison._values,
    "inf": Comparison._infinities,
    "text": Comparison._texts,
    "named": Comparison._named,
    "list": Comparison._lists,
    "tuple": Comparison._tuples,
    "matrix": Comparison._matrices,
    "region": Comparison._regions,
    "equation": Comparison._equations,
    "inequality": Comparison._inequalities,
    "chain": Comparison._chains,
    "base": Comparison._bases,
    "empty": lambda _, gold, answer: SAME,
}
_ACROSS: dict[tuple[str, str], Callable[[Comparison, Form, Form], Outcome]] = {
    ("list", "tuple"): Comparison._names_in_order,
    ("tuple", "list"): Comparison._names_in_order,
    ("matrix", "tuple"): Comparison._column_and_tuple,
    ("tuple", "matrix"): Comparison._column_and_tuple,
    ("region", "tuple"): Comparison._region_and_tuple,
    ("tuple", "region"): Comparison._region_and_tuple,
    ("region", "list"): Comparison._region_and_list,
    ("list", "region"): Comparison._region_and_list,
    ("named", "equation"): Comparison._named_and_equation,
    ("equation", "named"): Comparison._named_and_equation,
    ("empty", "region"): Comparison._emptiness,
    ("region", "empty"): Comparison._emptiness,
    ("base", "value"): Comparison._base_and_value,
    ("value", "base"): Comparison._base_and_value,
}
