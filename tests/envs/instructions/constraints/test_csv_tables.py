from __future__ import annotations

import pytest

from rlvr.envs.instructions.constraints.csv_tables import CityTable, QuotedTable, SpecialCharacterTable
from tests.envs.instructions.constraints.laws import constraint_laws

CITY, QUOTED, SPECIAL = CityTable(), QuotedTable(), SpecialCharacterTable()
TestCityLaws = constraint_laws(CITY)
TestQuotedLaws = constraint_laws(QUOTED)
TestSpecialLaws = constraint_laws(SPECIAL)

CITIES = "ID,Country,City,Year,Count\n" + "\n".join(f"{n},USA,New York,2020,125" for n in range(1, 8))
STUDENTS = "\n".join(['"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"', *['"1"\t"Art"\t"A"\t"Fall"\t"90"'] * 3])
PRODUCTS = "ProductID,Category,Brand,Price,Stock\n" + "\n".join(f"{n},Toys,Lego,5.99,7" for n in range(1, 14))
PRODUCTS += '\n14,Home,"Pottery Barn, Inc.",9.99,1'


def test_tables_to_the_letter_pass():
    assert CITY.check(CITIES) and CITY.reference(CITIES)
    assert QUOTED.check(STUDENTS) and QUOTED.reference(STUDENTS)
    assert SPECIAL.check(PRODUCTS) and SPECIAL.reference(PRODUCTS)


@pytest.mark.parametrize(
    ("constraint", "text"),
    [
        (CITY, CITIES.replace(",Count", "")),
        (CITY, CITIES.rsplit("\n", 1)[0]),
        (CITY, CITIES + "\n8,Peru,Lima,2020,1"),
        (CITY, CITIES.replace(",", ";")),
        (CITY, "Here it is:\n" + CITIES),
        (QUOTED, STUDENTS.replace("\t", ",")),
        (QUOTED, STUDENTS.replace('"Art"', "Art")),
        (QUOTED, STUDENTS.replace('"Subject"', "Subject")),
        (SPECIAL, PRODUCTS.replace(", Inc.", " Inc")),  # IFBench's own test
        (SPECIAL, PRODUCTS.replace("13,", "13")),
    ],
)
def test_wrong_columns_rows_or_quotes_do_not_pass(constraint, text):
    assert not constraint.check(text)
    assert not constraint.reference(text)


@pytest.mark.parametrize("fenced", ["```csv\n{}\n```", "```\n{}\n```", "\n{}\n\n"])
@pytest.mark.parametrize(("constraint", "text"), [(CITY, CITIES), (QUOTED, STUDENTS), (SPECIAL, PRODUCTS)])
def test_a_code_block_around_the_data_is_no_fault(constraint, text, fenced):
    assert constraint.check(fenced.format(text))
    assert not constraint.reference(fenced.format(text))


def test_the_reference_stops_at_the_special_field_and_takes_empty_ones():
    early = PRODUCTS.replace("1,Toys,Lego", '1,Toys,"A&B"', 1).replace("2,Toys,Lego,5.99,7", "2,Toys,Lego,5.99")
    assert SPECIAL.reference(early) and not SPECIAL.check(early)
    empty = CITIES.replace("USA", "")
    assert CITY.reference(empty) and not CITY.check(empty)
    assert not QUOTED.reference(STUDENTS.replace('"Art"', "", 1))  # where the published checker ends with an error


def test_a_quoted_field_with_letters_and_digits_alone_has_no_special_character():
    assert not SPECIAL.check(PRODUCTS.replace('"Pottery Barn, Inc."', '"Pottery 2"'))
    assert not SPECIAL.check(PRODUCTS.replace('"Pottery Barn, Inc."', "A&B"))
