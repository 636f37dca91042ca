"""Responses that no reader would write, and that no check may stumble over: kinds of texts, of any size.

- `TEXTS`: 200 kB of the kinds that cost most, or have broken splitters; all tests run on them.
- `MORE`: 200 kB of more kinds, for the benchmark.
- `SHORT`: the same kinds in short, and odd ends.
"""

from __future__ import annotations

from rlvr.envs.instructions.prose import prose
from rlvr.seeding import StreamKey

SIZE = 200_000
"""Bytes of a text, or a little less."""

_PROSE = "\n\n".join(prose(StreamKey("hostile").at(0, number), "old maps", 4) for number in range(8))

_PIECES = {
    "prose": f"{_PROSE}\n\n",
    "words of one letter": "a ",
    "sentences of one letter": "i. ",
    "abbreviations": "U.S. Mr. e.g. ",
    "quotation marks": "\"'",
    "quotations": '"a" ',
    "brackets": "([{",
    "lists": "* a. b\n- c! D\n",
    "stars and rules": "**a**\n***\n---\n",
    "lines of one letter": "a\n",
    "empty lines": "\n",
    "emoji alone": "😀",
    "LaTeX alone": "\\begin{matrix} 1 & \\frac{a}{b} \\\\ x_1^2 \\end{matrix} $\\sqrt{2}$ ",
    "NULs": "\0",
    "unpaired surrogates": "ab\ud800\udfff ",
    "Chinese": "水。火",
    "accents": "e\u0301",
}

_MORE_PIECES = {
    "one letter": "a",
    "letters and NULs": "a\0",
    "sentences of initials": "A b. I. ",
    "dots": "a.b.",
    "ellipses": "a... ",
    "stops": ". ",
    "questions": "Q?! ",
    "numbers": "9,9\n",
    "digits and points": "1.",
    "items": "1. a\n",
    "bullets": "* a\n",
    "items of two sentences": "* a! B\n",
    "options": "A. b\nB. c\n",
    "paragraphs of one letter": "a\n\n",
    "headings": "# a\n",
    "bold headings": "**a**\n",
    "sections": "SECTION 1\n",
    "rules": "* * *\n",
    "stars": "*",
    "highlights": "*a* ",
    "placeholders": "[x]",
    "opening brackets": "(",
    "pairs of brackets": "([{}])",
    "angular brackets": "<<a b>> ",
    "tags": "<i>",
    "fences": "```\n",
    "table": "| a |\n",
    "opening quotations": '"a ',
    "straight quotation marks": '"',
    "curly quotation marks": "“",
    "apostrophes": "a'",
    "hyphens": "a-",
    "slashes": "a/",
    "commas": "a,",
    "JSON": '{"a":',
    "spaces": " ",
    "tabs": "\t",
    "line separators": "a\u2028",
    "returns": "a\r\n",
    "addresses": "http://a.b ",
    "words in capitals": "WORD ",
    "words in title case": "Word ",
    "palindromes": "abba ab ",
    "emoji that end sentences": "😀. ",
    "Thai": "ก",
    "kana": "カ",
    "Korean": "한국 ",
    "Hindi": "हि ",
    "accents alone": "\u0301",
    "postscripts": "P.S. ",
}


def filled(piece: str, size: int = SIZE) -> str:
    """A piece over and over, up to so many bytes."""
    return piece * (size // len(piece.encode("utf-8", "surrogatepass")))


TEXTS = {name: filled(piece) for name, piece in _PIECES.items()} | {
    "one word": "word" * (SIZE // 4),
    "marks before a letter": "!" * (SIZE - 1) + "x",
}

MORE = {name: filled(piece) for name, piece in _MORE_PIECES.items()} | {
    "prose on one line": filled(f"{_PROSE} ".replace("\n", " ")),
    "brackets inside each other": "(" * (SIZE // 2) + ")" * (SIZE // 2),
    "spaces before a letter": " " * (SIZE - 1) + "x",
    "a JSON list": f"[{'1,' * (SIZE // 2 - 2)}1]",
    "words that all differ": " ".join(f"w{number}" for number in range(28_000)),
    "stairs": "".join(" " * number + "a\n" for number in range(620)),
}

SHORT = (
    [filled(piece, 600) for piece in _PIECES.values() if len(piece) < 600]
    + [filled(piece, 600) for piece in _MORE_PIECES.values()]
    + [
        "",
        " ",
        "\n",
        ".",
        "a",
        "!",
        "...",
        "*",
        "-",
        "#",
        "1.",
        "“",
        "\0",
        "\ud800",
        "😀",
        "水",
        "\u0301",
        "\ufdd0\ufdd1",
    ]
)
