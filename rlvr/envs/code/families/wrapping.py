"""`wrapping`: a text from standard input in lines of a width, with indents, cut words, and lines filled up."""

from __future__ import annotations

from rlvr.envs.code.families.base import Arguments, Family, Parameters
from rlvr.seeding import Stream


def _draw(stream: Stream, level: int) -> Parameters:
    return {
        "width": stream.integer(9, 16),
        "indent": stream.integer(1, 4),
        "first": bool(stream.below(2)),
        "cut": bool(stream.below(2)),
        "fill": "" if level == 1 else stream.choice(("left", "right")),
    }


def _size(level: int) -> int:
    return 8 * 4 * 2 * 2 * (1 if level == 1 else 2)


def _prompt(parameters: Parameters) -> str:
    width, indent, fill = parameters["width"], parameters["indent"], parameters["fill"]
    dots = "1 dot" if indent == 1 else f"{indent} dots"
    if fill:
        what, one = "paragraphs of words", "Wrap each paragraph by itself: the"
        where = (
            "The first line of every paragraph" if parameters["first"] else "Every line of a paragraph but its first"
        )
    else:
        what, one = "words", "Wrap them: the"
        where = "The first line" if parameters["first"] else "Every line but the first"
    text = (
        f"Read {what} from standard input. Words are separated by blanks and line breaks, of any number, and consist "
        "of ASCII letters. "
    )
    if fill:
        text += "Paragraphs are separated by one or more lines that are empty or hold nothing but blanks. "
    text += (
        f"{one} words go to lines in their order, and neighbours in a line have a dot (`.`) between them. A line has "
        f"at most {width} characters. {where} begins with {dots}, which count. A word goes to the current line if it "
        "fits there, with the dot before it if it is not the first word of the line, and begins the next line "
        "otherwise. "
    )
    if parameters["cut"]:
        text += (
            "A word that begins a line and is too long for it is cut: as many letters as fit stay, and the rest is "
            "treated as the next word. "
        )
    else:
        text += "A word that begins a line and is too long for it stands there all the same, alone. "
    if fill:
        text += (
            f"Lines of at least two words, except for the last line of each paragraph, are then filled up to {width} "
            "characters by more dots between words: the numbers of dots in the gaps of a line differ by at most one, "
            f"and the larger gaps are at its {fill} end. Write the lines; between two paragraphs write a line with a "
            "single asterisk (`*`). "
        )
    else:
        text += "Write the lines. "
    return text + "If there is no word, write nothing."


def wrap_text(text: str, *, width: int, indent: int, first: bool, cut: bool, fill: str) -> str:
    """Word by word, with the current line as a list."""
    paragraphs: list[list[str]] = [[]]
    for row in text.split("\n"):
        if fill and not row.strip():
            paragraphs.append([])
        paragraphs[-1] += row.split()
    blocks = []
    for words in paragraphs:
        if not words:
            continue
        rows: list[list[str]] = [[]]
        waiting = words[::-1]
        while waiting:
            word = waiting.pop()
            room = width - (indent if (len(rows) == 1) == first else 0)
            used = len(".".join(rows[-1]))
            if rows[-1] and used + 1 + len(word) > room:
                rows.append([])
                waiting.append(word)
            elif cut and not rows[-1] and len(word) > room:
                rows[-1].append(word[:room])
                waiting.append(word[room:])
            else:
                rows[-1].append(word)
        block = []
        for number, row_words in enumerate(rows):
            margin = "." * (indent if (number == 0) == first else 0)
            gaps = len(row_words) - 1
            line = row_words[0]
            if fill and gaps and number < len(rows) - 1:
                each, more = divmod(width - len(margin) - len("".join(row_words)), gaps)
                for gap in range(gaps):
                    wide = gap < more if fill == "left" else gap >= gaps - more
                    line += "." * (each + wide) + row_words[gap + 1]
            else:
                line = ".".join(row_words)
            block.append(margin + line + "\n")
        blocks.append("".join(block))
    return "*\n".join(blocks)


def wrap_text_again(text: str, *, width: int, indent: int, first: bool, cut: bool, fill: str) -> str:
    """Each line is the longest beginning of what is left that a regular expression finds."""
    import re

    result: list[str] = []
    for paragraph in re.split(r"\n[ \n]*\n", text) if fill else [text]:
        left = re.sub(r"\s+", ".", paragraph.strip())
        if left and result:
            result.append("*")
        begin = len(result)
        while left:
            margin = "." * indent if (len(result) == begin) is first else ""
            room = width - len(margin)
            match = re.match(rf"(.{{1,{room}}})(?:\.|$)", left) or re.match(
                rf"([^.]{{1,{room}}})" if cut else r"([^.]+)\.?", left
            )
            assert match
            line, left = match[1], left[match.end() :]
            spread = line.split(".")
            if fill and left and len(spread) > 1:
                at = 0 if fill == "left" else len(spread) - 2
                while len("".join(spread)) < room:
                    spread[at] += "."
                    # The gap after the last word does not exist.
                    at = (at + (1 if fill == "left" else -1)) % (len(spread) - 1)
                line = "".join(spread)
            result.append(margin + line)
    return "".join(line + "\n" for line in result)


def _inputs(stream: Stream, parameters: Parameters) -> Arguments:
    letters = "abcdefghijklmnopqrstuvwxyz"
    width, indent = parameters["width"], parameters["indent"]
    text = ""
    for _ in range(stream.integer(0, 9)):
        kind = stream.below(12)
        if kind == 0:
            length = stream.integer(width - indent, 2 * width)
        else:
            length = stream.integer(1, 7)
        text += "".join(stream.choice(letters) for _ in range(length))
        text += stream.choice((" ", " ", " ", " ", " ", "  ", "\n", "\n", "\n\n", " \n  \n"))
    return (text.rstrip(" \n") + "\n",)


def _edges(parameters: Parameters) -> list[Arguments]:
    width, room = parameters["width"], parameters["width"] - parameters["indent"]
    half = "k" * (room // 2)
    return [
        ("",),
        ("\n \n",),
        ("a\n",),
        ("one two three four five six seven eight\n",),
        (f"{'b' * width} {'c' * room} {'d' * (room + 1)} {'e' * (width + 1)}\n",),
        (f"ab {'f' * (3 * width)} gh\n",),
        (f"{half} {'l' * (room - len(half) - 1)} m\n",),
        (f"{half} {'l' * (room - len(half))} m n o\n",),
        (f"{'p' * width} {half} {'l' * (width - len(half) - 1)} q r\n",),
        (f"s t u {'v' * (room - 4)} w x {'y' * (width - 2)} z\n",),
        (f"a b c\n\n\n  \nd {'e' * (room - 2)} f g h {'i' * (width - 3)} j\n\nk\n",),
    ]


WRAPPING = Family(
    name="wrapping",
    topic="strings",
    levels=("lines of a width with indents and long words", "paragraphs, and lines filled up to the width"),
    draw=_draw,
    size=_size,
    entry_point="",
    signature="",
    prompt=_prompt,
    solve=wrap_text,
    solve_again=wrap_text_again,
    mutants=(
        ("used + 1 + len(word) > room", "used + len(word) > room"),
        ("used + 1 + len(word) > room", "used + 1 + len(word) >= room"),
        ("elif cut and not", "elif not cut and not"),
        ('"." * (indent if (number == 0) == first else 0)', '"." * (indent if (number == 0) != first else 0)'),
        ("room = width - (indent if (len(rows) == 1) == first else 0)", "room = width"),
    ),
    inputs=_inputs,
    edges=_edges,
)
