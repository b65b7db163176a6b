"""What a claims file must look like."""

import pytest

from dataworth.errors import InputError
from dataworth.ledger import load_ledger
from dataworth.ledger.claims import Claim, read_claims

HEADER = ",".join(name for name in Claim.model_fields if name not in ("paper", "line")) + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 'id' is missing"),
        (HEADER, "expected claims below its header, found none"),
        ("id,printed\na,1\n", "column 'section' is missing"),
        (
            HEADER + "a,1,T,r,c,1,m,table,\na,1,T,r,c,1,m,table,\n",
            "line 3: id 'a' stands there twice",
        ),
        (HEADER + "a,1,T,r,c,one,m,table,\n", "line 2: printed: expected a number"),
        (HEADER + '\na,1,T,"r\nr",c,one,m,table,\n', "line 4: printed: expected a number"),
        (HEADER + "a,1,T,r,c,1,m,picture,\n", "line 2: kind: Input should be 'table'"),
        (HEADER + "a,1,T,r,c,1\n", "line 2: unit: Input should be a valid string"),
        (HEADER + "a,1,T,r,c,1,m,table,x,y\n", "line 2: expected 9 values"),
        (HEADER + ",1,T,r,c,1,m,table,\n", "line 2: id: String should have at least 1 character"),
    ],
)
def test_a_bad_claims_file_gives_one_line_that_names_the_line(tmp_path, text, message):
    path = tmp_path / "fourth.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_claims(path)
    assert message in str(error.value)
    assert "fourth.csv" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_claims_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "fourth.csv"
    path.write_bytes((HEADER + "a,1,表,r,c,1,m,table,\n").encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        read_claims(path)


def test_no_two_papers_share_an_id():
    """An id alone is the address of a row on the ledger's page."""
    ids = [name for paper in load_ledger() for name in paper.claims]
    assert len(ids) == len(set(ids))
