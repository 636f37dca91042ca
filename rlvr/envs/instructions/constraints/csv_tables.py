"""`custom:csv_city`, `custom:csv_quotes`, `custom:csv_special_character`: CSV data with given columns."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from typing import ClassVar

from rlvr.envs.instructions.constraints.whole_answers import WholeAnswer, plain_lines
from rlvr.seeding import Stream

_QUOTED_FIELD = re.compile(r'(?:^|,)[ \t]*"((?:[^"]|"")*)"[ \t]*(?=,|$)')
_SPECIAL = re.compile(r"[^\w\s]")
_MOST_LINES = 64
"""Lines that are parsed: three times as many as any of the tables has."""


def _parsed(text: str, delimiter: str = ",") -> list[list[str]] | None:
    """The first rows of a text as the published checkers read them; `None` where they end with an error."""
    try:
        return list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), _MOST_LINES))
    except csv.Error:
        return None


class _Table(WholeAnswer):
    columns: ClassVar[tuple[str, ...]]
    rows: ClassVar[int]
    delimiter: ClassVar[str] = ","

    def _lines(self, response: str) -> list[str] | None:
        """Its lines, if they are a header with the columns and the right number of rows with a value in each field."""
        lines = plain_lines(response)
        if len(lines) > _MOST_LINES:
            return None
        try:
            table = list(csv.reader(lines, delimiter=self.delimiter, skipinitialspace=True))
        except csv.Error:
            return None
        fields = [[field.strip() for field in row] for row in table]
        if len(fields) != self.rows + 1 or fields[0] != list(self.columns):
            return None
        return lines if all(len(row) == len(self.columns) and all(row) for row in fields) else None

    def spoil(self, text: str, stream: Stream) -> str:
        """Without one of its rows."""
        lines = plain_lines(text)
        place = stream.integer(1, len(lines) - 1)
        return "\n".join(lines[:place] + lines[place + 1 :])


class CityTable(_Table):
    """Seven rows of five fields, with commas."""

    id = "custom:csv_city"
    phrasings = (
        'Generate CSV data: The column names are ["ID", "Country", "City", "Year", "Count"], the data should be comma'
        " delimited. Please generate 7 rows.",
        "Write nothing but CSV data, delimited by commas: a header with the column names ID, Country, City, Year and"
        " Count, and 7 rows.",
    )
    differs = "`reference` rejects a code block around the data, a blank line and a space after a comma in the header."
    columns = ("ID", "Country", "City", "Year", "Count")
    rows = 7

    def check(self, response: str) -> bool:
        """Header and rows, and no field empty."""
        return self._lines(response) is not None

    def reference(self, response: str) -> bool:
        """Eight rows of five fields to the letter."""
        table = _parsed(response)
        return table is not None and len(table) == 8 and table[0] == [*self.columns] and {*map(len, table)} == {5}

    def answer(self, stream: Stream) -> str:
        """Cities with drawn years and counts."""
        cities = "France,Paris Japan,Tokyo Kenya,Nairobi Peru,Lima Norway,Oslo India,Delhi Chile,Santiago Egypt,Cairo"
        drawn = enumerate(stream.sample(cities.split(), self.rows), start=1)
        rows = [f"{number},{city},{stream.integer(1990, 2024)},{stream.integer(1, 900)}" for number, city in drawn]
        return "\n".join([",".join(self.columns), *rows])


class QuotedTable(_Table):
    """Three rows of five fields, each in double quotes, with tabs."""

    id = "custom:csv_quotes"
    phrasings = (
        'Generate CSV data: The column names are ["StudentID", "Subject", "Grade", "Semester", "Score"], the data'
        " should be tab delimited. Please generate 3 rows and enclose each single field in double quotes.",
        "Write nothing but CSV data, delimited by tabs, with every field in double quotes, also those of the header:"
        " the column names are StudentID, Subject, Grade, Semester and Score. Give 3 rows.",
    )
    differs = "`reference` rejects a code block around the data and blank lines, and takes empty fields."
    columns = ("StudentID", "Subject", "Grade", "Semester", "Score")
    rows = 3
    delimiter = "\t"

    def check(self, response: str) -> bool:
        """Header and rows, each field in double quotes."""
        lines = self._lines(response)
        return lines is not None and all(_is_quoted(field) for line in lines for field in line.split("\t"))

    def reference(self, response: str) -> bool:
        """The header's form, then quotes at the edges of each field. An empty field, at which it ends, is a failure."""
        names = r"\t *".join(f'(?:{name}|"{name}")' for name in self.columns)
        if re.fullmatch(names, response.split("\n", 1)[0].strip()) is None:
            return False
        table = _parsed(response.replace('"', '"""'), "\t")
        if table is None or len(table) != 4 or {*map(len, table)} != {5}:
            return False
        fields = [field.strip() for row in table for field in row]
        return all(field.startswith('"') and field.endswith('"') for field in fields)

    def answer(self, stream: Stream) -> str:
        """Subjects with drawn grades."""
        subjects = stream.sample(("Mathematics", "Physics", "Art", "History", "Music"), self.rows)
        rows = [
            (f"S{number:03}", subject, stream.choice("ABC"), "Fall 2023", str(stream.integer(60, 99)))
            for number, subject in enumerate(subjects, start=1)
        ]
        return "\n".join("\t".join(f'"{field}"' for field in row) for row in (self.columns, *rows))


def _is_quoted(field: str) -> bool:
    stripped = field.strip()
    return len(stripped) > 2 and stripped[0] == stripped[-1] == '"'


class SpecialCharacterTable(_Table):
    """Fourteen rows of five fields, one of which is quoted and has a special character, with commas."""

    id = "custom:csv_special_character"
    phrasings = (
        'Generate CSV data: The column names are ["ProductID", "Category", "Brand", "Price", "Stock"], the data should'
        " be comma delimited. Please generate 14 rows. Add one field which contains a special character and enclose it"
        " in double quotes.",
        "Write nothing but CSV data, delimited by commas: a header with the column names ProductID, Category, Brand,"
        " Price and Stock, and 14 rows. At least one field must hold a special character and stand in double quotes.",
    )
    differs = (
        "`reference` rejects a code block around the data and blank lines, does not look at the rows after the special"
        " field, and takes two quoted fields apart for one."
    )
    columns = ("ProductID", "Category", "Brand", "Price", "Stock")
    rows = 14

    def check(self, response: str) -> bool:
        """Header and rows; below the header, a field in double quotes with neither letter, digit nor space."""
        lines = self._lines(response)
        if lines is None:
            return False
        return any(_SPECIAL.search(found[1]) for line in lines[1:] for found in _QUOTED_FIELD.finditer(line))

    def reference(self, response: str) -> bool:
        """The header's form and fifteen rows; those up to the first with such a field have five fields."""
        names = r",[ \t]*".join(f'(?:{name}|"{name}")' for name in self.columns)
        if re.fullmatch(names, response.split("\n", 1)[0].strip()) is None:
            return False
        table = _parsed(response.replace('"', '"""'))
        if table is None or len(table) != 15:
            return False
        for row in table[1:]:
            if len(row) != 5:
                return False
            if any(_has_special_character(field) for field in row):
                return True
        return False

    def answer(self, stream: Stream) -> str:
        """Products with drawn prices, the brand of one of them quoted."""
        special = stream.integer(1, self.rows)
        rows = []
        for number in range(1, self.rows + 1):
            brand = '"Smith & Sons"' if number == special else stream.choice(("Acme", "Globex", "Initech"))
            category = stream.choice(("Books", "Toys", "Garden", "Music"))
            rows.append(f"{number},{category},{brand},{stream.integer(2, 90)}.99,{stream.integer(1, 500)}")
        return "\n".join([",".join(self.columns), *rows])


def _has_special_character(field: str) -> bool:
    """Whether a quote begins the field, and before a later one on the same line something stands that is special."""
    line = field.split("\n", 1)[0]
    return line.startswith('"') and _SPECIAL.search(line, 1, max(1, line.rfind('"'))) is not None
