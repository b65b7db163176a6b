"""The text of a PDF file, page by page."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from dataworth.errors import InputError

# A page with less holds a picture, a divider or a page number.
_LEAST_ON_A_PAGE = 20
# Of a report with more pages without text, what is left is not the report.
_MOST_WITHOUT = 1 / 3


def read_pdf(path: str | Path) -> tuple[str, list[str]]:
    """Read the text of a PDF.

    One page is held at a time.

    Returns
    -------
    text : str
        A form feed between pages.
    doubts : list of str
        Pages that cannot be read, and pages without text.

    Raises
    ------
    InputError
        The file needs a password, is damaged, or holds pictures of pages.
    """
    import pypdfium2

    with open(path, "rb") as file:
        start = file.read(1024)
    if b"%PDF" not in start:
        raise InputError("expected a PDF, found another kind of file under that name")
    try:
        document = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise InputError("a password is needed to open it; save it anew without one") from None
        raise InputError("the PDF is damaged; download or save it anew") from None
    with closing(document):
        pages = [_page_text(document, number) for number in range(len(document))]
    lost = pages.count(None)
    if lost == len(pages):
        raise InputError("the PDF is damaged: no page can be read; download or save it anew")
    texts = [text or "" for text in pages]
    empty = sum(len(text.strip()) < _LEAST_ON_A_PAGE for text in texts)
    of_pages = f"of {len(texts)} {'page' if len(texts) == 1 else 'pages'}"
    if empty > _MOST_WITHOUT * len(texts):
        raise InputError(f"{empty} {of_pages} hold no text: a scan; recognize the text first")
    doubts = [f"{empty} {of_pages} hold no text"] if empty else []
    return "\f".join(texts), [*doubts, *([f"{lost} {of_pages} cannot be read"] if lost else [])]


def _page_text(document: Any, number: int) -> str | None:
    """Return the text of one page; None if the page is damaged."""
    import pypdfium2

    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as reader:
            return str(reader.get_text_bounded())
    except pypdfium2.PdfiumError:
        return None
