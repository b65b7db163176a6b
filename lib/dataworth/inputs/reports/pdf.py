"""The text of a PDF file, page by page."""

from __future__ import annotations

from pathlib import Path

from dataworth.inputs.reports.plain_text import Unusable

# A page with less holds a picture, a divider or a page number.
_LEAST_ON_A_PAGE = 20


def read_pdf(path: str | Path) -> str:
    """Read the text of a PDF, a form feed between pages.

    One page is held at a time.

    Raises
    ------
    Unusable
        The file needs a password, is damaged, or holds pictures of pages.
    """
    import pypdfium2

    with open(path, "rb") as file:
        start = file.read(1024)
    if not start.strip():
        raise Unusable("expected a report, found an empty file")
    if b"%PDF" not in start:
        raise Unusable("expected a PDF, found another kind of file under that name")
    try:
        document = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unusable("a password is needed to open it; save it anew without one") from None
        raise Unusable("the PDF is damaged; download or save it anew") from None
    try:
        pages = [_page_text(document, number) for number in range(len(document))]
    finally:
        document.close()
    lost = pages.count(None)
    if lost == len(pages):
        raise Unusable("the PDF is damaged: no page can be read; download or save it anew")
    texts = [text or "" for text in pages]
    if sum(len(text.strip()) for text in texts) < _LEAST_ON_A_PAGE * len(texts):
        page = "page" if len(texts) == 1 else "pages"
        raise Unusable(f"no text on its {len(texts)} {page}: a scan; recognize the text first")
    return "\f".join(texts)


def _page_text(document: object, number: int) -> str | None:
    """Give the text of one page; None if the page is damaged."""
    import pypdfium2

    try:
        page = document[number]
        try:
            reader = page.get_textpage()
            try:
                return reader.get_text_bounded()
            finally:
                reader.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return None
