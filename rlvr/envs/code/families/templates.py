"""`templates`: placeholders in a text replaced by values, with escapes, defaults, and values that are templates."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_MARKS = (("${", "}"), ("<", ">"), ("[", "]"), ("{", "}"))
_MISSING = {
    "empty": "nothing takes the placeholder's place",
    "keep": "the placeholder stays as it stands",
    "name": "the name takes the placeholder's place, as it was looked up",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "marks": list(stream.choice(_MARKS)),
        "missing": stream.choice(sorted(_MISSING)),
        "trim": bool(stream.below(2)),
        "fold": bool(stream.below(2)),
        "doubled": bool(stream.below(2)),
        "default": "" if level == 1 else stream.choice((":", "?", "|")),
        "rounds": 1 if level == 1 else stream.integer(2, 3),
    }


def _size(level: int) -> int:
    return 4 * 3 * 2 * 2 * 2 * (1 if level == 1 else 3 * 2)


def _prompt(parameters: Parameters) -> str:
    (opening, closing), rounds = parameters["marks"], parameters["rounds"]
    text = "Fill in `template`, from left to right. "
    if parameters["doubled"]:
        text += f"`{opening}{opening}` stands for the text `{opening}`. "
    else:
        text += f"A backslash directly before `{opening}` makes this ordinary text, and is left out. "
    text += (
        f"Any other `{opening}` begins a placeholder, which ends with the next `{closing}` after it, whatever stands "
        f"between; if there is none, the `{opening}` is ordinary text. All other characters stay as they are. "
    )
    if parameters["default"]:
        text += (
            f"If there is a `{parameters['default']}` in a placeholder, the name is what stands before the first of "
            "them, and the default what stands after it; otherwise the name is all that is between the marks, and "
            "there is no default. "
        )
    else:
        text += "The name is what is between the marks. "
    if parameters["trim"]:
        text += "Leave out blanks at both ends of the name. "
    else:
        text += "Blanks belong to the name. "
    if parameters["fold"]:
        text += "Turn the name into lower case. "
    else:
        text += "Upper and lower case differ. "
    text += "Look the name up in `values` and put its value in the placeholder's place. "
    if rounds > 1:
        text += (
            "The value is filled in before that as `template` is, with the same rules, and so are the values in it; "
            f"but values that are {rounds} deep are put in as they stand (a value in `template` is 1 deep, a value in "
            "that is 2 deep). "
        )
    else:
        text += "The value is put in as it stands, even if there are marks in it. "
    text += "If the name is not in `values`, "
    if parameters["default"]:
        text += "the default is put in as it stands; if there is no default, "
    return f"{text}{_MISSING[parameters['missing']]}. Return the result."


def fill_in(
    template: str,
    values: dict[str, str],
    *,
    marks: list[str],
    missing: str,
    trim: bool,
    fold: bool,
    doubled: bool,
    default: str,
    rounds: int,
) -> str:
    """One pass over each text; values are filled by recursion."""
    opening, closing = marks
    escape = opening + opening if doubled else "\\" + opening

    def fill(text: str, depth: int) -> str:
        if depth == rounds:
            return text
        result = ""
        at = 0
        while at < len(text):
            if text.startswith(escape, at):
                result += opening
                at += len(escape)
                continue
            end = text.find(closing, at + len(opening)) if text.startswith(opening, at) else -1
            if end < 0:
                result += text[at]
                at += 1
                continue
            name = text[at + len(opening) : end]
            other = None
            if default and default in name:
                name, other = name.split(default, 1)
            name = name.strip(" ") if trim else name
            name = name.lower() if fold else name
            if name in values:
                result += fill(values[name], depth + 1)
            elif other is not None:
                result += other
            elif missing == "keep":
                result += text[at : end + len(closing)]
            elif missing == "name":
                result += name
            at = end + len(closing)
        return result

    return fill(template, 0)


def fill_in_again(
    template: str,
    values: dict[str, str],
    *,
    marks: list[str],
    missing: str,
    trim: bool,
    fold: bool,
    doubled: bool,
    default: str,
    rounds: int,
) -> str:
    """One substitution by a regular expression a round, the deepest values first."""
    import re

    opening, closing = (re.escape(mark) for mark in marks)
    escape = opening * 2 if doubled else r"\\" + opening
    pattern = re.compile(f"(?P<escape>{escape})|{opening}(?P<inner>[^{closing}]*){closing}")
    known = dict(values)

    def replace(match: re.Match[str]) -> str:
        if match["escape"]:
            return marks[0]
        inner = str(match["inner"])
        name, found, other = inner.partition(default) if default else (inner, "", "")
        if trim:
            name = re.sub("^ +| +$", "", name)
        if fold:
            name = name.lower()
        if found:
            return known.get(name, other)
        return known.get(name, {"keep": str(match[0]), "empty": "", "name": name}[missing])

    for _ in range(rounds - 1):
        known = {name: pattern.sub(replace, value) for name, value in values.items()}
    return pattern.sub(replace, template)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    (opening, closing), default = parameters["marks"], parameters["default"]
    escape = opening * 2 if parameters["doubled"] else "\\" + opening
    names = ("a", "b", "ab", "x y", "c", "B", "Ab")

    def place() -> str:
        name = stream.choice(names)
        if stream.below(4) == 0:
            name = stream.choice((f" {name}", f"{name} ", f" {name} ", name.upper()))
        if default and stream.below(3) == 0:
            name += default + stream.choice(("", "d", " e ", f"f{default}g"))
        return f"{opening}{name}{closing}"

    def text(parts: int) -> str:
        result = ""
        for _ in range(parts):
            kind = stream.below(8)
            if kind < 5:
                result += place()
            elif kind == 5:
                result += stream.choice((escape, opening, closing, "\\", escape + "a" + closing))
            else:
                result += stream.choice((" ", "hi ", ", ", "-"))
        return result

    values = {}
    for name in stream.sample(names, stream.integer(1, 5)):
        value = stream.choice(("1", "two", "", "Z", "4 5")) if stream.below(2) else text(stream.integer(1, 2))
        values[name.lower() if parameters["fold"] else name] = value
    return text(stream.integer(0, 5)), values


def _edges(parameters: Parameters) -> list[Arguments]:
    (o, c), default = parameters["marks"], parameters["default"]
    escape = o * 2 if parameters["doubled"] else "\\" + o
    edges: list[Arguments] = [
        ("", {}),
        ("plain", {"plain": "x"}),
        (f"{o}a{c}-{o}b{c}", {"a": "1", "b": "2"}),
        (f"{o}a{c}{o}none{c}.", {"a": "1"}),
        (f"{o} a {c}{o} No {c}", {"a": "1"}),
        (f"{o}A{c}", {"a": "1"}),
        (f"{escape}a{c} {o}a{c}", {"a": "1"}),
        (f"{c}{o}a{c}{o}a", {"a": "1"}),
        (f"{o}{o}{o}a{c}{c}", {"a": "1"}),
        (f"{o}{c}{o}", {"": "e"}),
        (f"{o}a{c}", {"a": f"({o}a{c})"}),
        (f"{o}a{c}", {"a": f"1{o}b{c}", "b": f"2{o}c{c}", "c": f"3{o}d{c}", "d": "4"}),
        (f"\\{o}a{c}\\\\{o}a{c}", {"a": "1"}),
    ]
    if default:
        edges += [
            (f"{o}a{default}x{c}{o}b{default}y{c}{o}b{default}{c}", {"a": ""}),
            (f"{o}b {default} {o}a{c}{default}{c}", {"a": "1"}),
            (f"{o}a{c}", {"a": f"{o}b{default}{escape}{c}"}),
        ]
    return edges


TEMPLATES = Family(
    name="templates",
    topic="parsing",
    levels=("placeholders and escapes", "defaults, and values that are templates"),
    draw=_draw,
    size=_size,
    entry_point="fill_in",
    signature="template: str, values: dict[str, str]",
    prompt=_prompt,
    solve=fill_in,
    solve_again=fill_in_again,
    mutants=(
        ("result += opening\n", "result += escape\n"),
        ('name.strip(" ") if trim else name', 'name if trim else name.strip(" ")'),
        ("name.lower() if fold else name", "name if fold else name.lower()"),
        ("text.find(closing, at + len(opening))", "text.rfind(closing, at + len(opening))"),
        ("depth == rounds", "depth > rounds"),
        ("at = end + len(closing)", "at = end"),
    ),
    inputs=_inputs,
    edges=_edges,
)
