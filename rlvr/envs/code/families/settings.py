"""`settings`: `key = value` lines from standard input, with comments, repeated keys, quotes and sections."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream

_REPEAT = {
    "first": "its first value holds",
    "join": "its value is all its values in their order, with a `+` between neighbours",
    "last": "its last value holds",
}


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "separator": stream.choice(("->", ":", "=")),
        "comment": stream.choice(("!", "#", "%", ";")),
        "repeat": stream.choice(sorted(_REPEAT)),
        "bare": bool(stream.below(2)),
        "fold": bool(stream.below(2)),
        "ordered": bool(stream.below(2)),
        "quote": "" if level == 1 else stream.choice(("'", '"')),
        "sections": level == 2,
    }


def _size(level: int) -> int:
    return 3 * 4 * 3 * 2 * 2 * 2 * (1 if level == 1 else 2)


def _prompt(parameters: Parameters) -> str:
    separator, comment, quote = parameters["separator"], parameters["comment"], parameters["quote"]
    outside = " outside quotes" if quote else ""
    text = "Read lines of settings from standard input. "
    if quote:
        text += (
            f"A quote mark `{quote}` begins a quoted part; the next one in the line ends it, or the end of the "
            "line if there is none. "
        )
    text += (
        f"A `{comment}`{outside} begins a comment, which goes to the end of the line and is left out. Blanks at both "
        "ends of what remains are left out too; lines that are empty then are skipped. "
    )
    if parameters["sections"]:
        text += (
            "A line that then begins with `[` and ends with `]` begins a section, whose name is what stands between, "
            "without the blanks at both ends; the name consists of lower-case letters or is empty. Up to the next such "
            "line, the name and a dot are put before every key; nothing is put there if the name is empty, as it is "
            "at the beginning. "
        )
    text += f"The first `{separator}`{outside} in a line separates the key from the value. "
    if parameters["bare"]:
        text += "A line without it is a key whose value is empty. "
    else:
        text += "A line without it is skipped. "
    text += "Blanks at both ends of key and value are left out. "
    if quote:
        text += "After that the quote marks are left out; what they enclose stays as it is, blanks too. "
    if parameters["fold"]:
        text += "Keys are turned into lower case. "
    else:
        text += "Upper and lower case in keys differ. "
    order = (
        "sorted by key in ASCII order"
        if parameters["ordered"]
        else "in the order in which the keys first occur in the input"
    )
    return (
        f"{text}A line whose key is empty{' (before a section is put there)' if quote else ''} is skipped. If a key "
        f"occurs several times, {_REPEAT[parameters['repeat']]}. For every key write one line: the key, an equals "
        f"sign, and the value in square brackets, such as `size=[12]`; the lines are {order}. Input lines consist of "
        "printable ASCII characters."
    )


def read_settings(
    text: str,
    *,
    separator: str,
    comment: str,
    repeat: str,
    bare: bool,
    fold: bool,
    ordered: bool,
    quote: str,
    sections: bool,
) -> str:
    """Character by character to the comment, with the first separator noted on the way."""
    values: dict[str, list[str]] = {}
    section = ""
    for line in text.split("\n"):
        quoted = False
        end, middle = len(line), -1
        for at, character in enumerate(line):
            if quote and character == quote:
                quoted = not quoted
            elif not quoted:
                if character == comment:
                    end = at
                    break
                if middle < 0 and line.startswith(separator, at):
                    middle = at
        content = line[:end].strip()
        if sections and content.startswith("[") and content.endswith("]"):
            section = content[1:-1].strip()
            continue
        if middle >= 0:
            key, value = line[:middle].strip(), line[middle + len(separator) : end].strip()
        elif bare:
            key, value = content, ""
        else:
            continue
        if quote:
            key, value = key.replace(quote, ""), value.replace(quote, "")
        if not key:
            continue
        key = key.lower() if fold else key
        values.setdefault(f"{section}.{key}" if section else key, []).append(value)
    output = ""
    for key in sorted(values) if ordered else values:
        given = values[key]
        chosen = "+".join(given) if repeat == "join" else given[0 if repeat == "first" else -1]
        output += f"{key}=[{chosen}]\n"
    return output


def read_settings_again(
    text: str,
    *,
    separator: str,
    comment: str,
    repeat: str,
    bare: bool,
    fold: bool,
    ordered: bool,
    quote: str,
    sections: bool,
) -> str:
    """What is quoted is hidden in characters of its own first; then lines are split by regular expressions."""
    import re

    hidden = 0x10000

    def hide(match: re.Match[str]) -> str:
        # The marks stay visible as one character, so that an empty quoted part is not stripped with the blanks.
        return "\x01" + "".join(chr(ord(character) + hidden) for character in match[1]) + "\x01"

    def show(part: str) -> str:
        part = part.strip(" ").replace("\x01", "")
        return "".join(chr(ord(character) % hidden) for character in part)

    pairs: list[tuple[str, str]] = []
    prefix = ""
    for line in text.splitlines():
        if quote:
            line = re.sub(f"{quote}([^{quote}]*)(?:{quote}|$)", hide, line.rstrip(" "))
        line = re.sub(f"{re.escape(comment)}.*", "", line).strip(" ")
        if sections and (match := re.fullmatch(r"\[(.*)\]", line)):
            prefix = match[1].strip(" ") + "." if match[1].strip(" ") else ""
            continue
        key, found, value = line.partition(separator)
        if (found or bare) and show(key):
            pairs.append((prefix + (show(key).lower() if fold else show(key)), show(value)))
    result: dict[str, str] = {}
    for key, value in pairs:
        if key not in result or repeat == "last":
            result[key] = value
        elif repeat == "join":
            result[key] += "+" + value
    rows = sorted(result.items()) if ordered else list(result.items())
    return "".join(f"{key}=[{value}]\n" for key, value in rows)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    separator, comment, quote = parameters["separator"], parameters["comment"], parameters["quote"]
    keys = stream.sample(("a", "B", "size", "Size", "b", "top", "x y", ""), 4)
    words = ["1", "on", "two words", "", "Z", f"a{separator}b", f"k {comment} l", ";#", "->", "=:"]

    def quoted(word: str) -> str:
        if quote and stream.below(2):
            return f"{quote}{stream.choice(('', ' '))}{word}{stream.choice((quote, quote, quote, quote + 'e', ''))}"
        return word

    lines = []
    for _ in range(stream.integer(0, 7)):
        kind = stream.below(10)
        if kind == 0:
            line = stream.choice(("", "  ", f"{comment} note", f"{separator} 5"))
        elif kind == 1:
            line = stream.choice(keys)
        elif kind < 4 and parameters["sections"]:
            line = stream.choice(("[one]", "[ two ]", "[]", f"[one] {comment} x", f"a{separator}[1]"))
        else:
            blank = stream.choice(("", " ", "  "))
            key, value = quoted(stream.choice(keys)), quoted(stream.choice(words))
            line = f"{blank}{key}{blank}{separator}{stream.choice(('', ' '))}{value}{blank}"
            if stream.below(5) == 0:
                line += f"{comment} {stream.choice(words)}"
        lines.append(line)
    return ("".join(line + "\n" for line in lines),)


def _edges(parameters: Parameters) -> list[Arguments]:
    s, c, q = parameters["separator"], parameters["comment"], parameters["quote"]
    edges = [
        "",
        "\n  \n",
        f"b {s} 1\na{s}2\nb {s} 3\n",
        f"Key{s}1\nkey{s}2\nKEY{s}3\n",
        f"lone\nz{s}\n{s}5\n",
        f"url{s}a{s}b{s}c\nurl{s}d\n",
        f"x{s}1{c}2{c}3\n{c}y{s}4\n",
        f"  pad  {s}  two words  \n",
    ]
    if q:
        edges += [
            f"a{s}{q}1{c}2{q}{c}3\n",
            f"{q}a{s}b{q}{s}c\n",
            f"a{s} {q} 1 {q} \n{q}{q}{s}2\n",
            f"a{s}{q}open{c}x\nb{s}1\n",
            f"x{s}1\n[one]\nx{s}2\n[ two ]{c}z\ny{s}3\n[]\nx{s}4\n{s}5\n",
            f"[one]{s}1\nx{s}2\n",
        ]
    return [(edge,) for edge in edges]


SETTINGS = Family(
    name="settings",
    topic="parsing",
    levels=("keys, values and comments", "quotes and sections too"),
    draw=_draw,
    size=_size,
    entry_point="",
    signature="",
    prompt=_prompt,
    solve=read_settings,
    solve_again=read_settings_again,
    mutants=(
        ("middle < 0 and line", "line"),
        ("elif bare:", "elif not bare:"),
        ("key.lower() if fold else key", "key if fold else key.lower()"),
        ("sorted(values) if ordered else values", "values if ordered else sorted(values)"),
        ("                    end = at\n", "                    end = at + 1\n"),
        ("if not key:", "if not key or not value:"),
    ),
    inputs=_inputs,
    edges=_edges,
)
