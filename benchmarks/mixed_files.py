"""Files of all formats, one in twenty damaged, each sound one with a sentence that no other has.

Making them needs the extra ``dev`` and a font with Vietnamese letters.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from searchengine.text.encodings.tcvn3 import TCVN3

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
#: One in so many is damaged.
DAMAGED_EVERY = 20
#: What a bomb unpacks to, in bytes.
BOMB = 300_000_000
PLACES = ("chợ Đông", "bến Vạn", "xóm Trại", "phố Hàng", "khu Tám", "làng Chài", "đồi Thông")
DEEDS = (
    "dọn rãnh thoát nước trước mùa mưa",
    "kê lại sổ hộ khẩu của từng ngõ",
    "sửa mái nhà văn hóa bị dột",
    "trồng hàng cây mới dọc bờ kênh",
    "tập chữa cháy cho các hộ kinh doanh",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A file of the folder; ``damage`` is empty for a sound one."""

    name: str
    format: str
    sentence: str
    damage: str = ""


def sentence_of(number: int) -> str:
    """A sentence that only this file has."""
    return f"Biên nhận thứ {number} của tổ ghi chép được lưu ở ngăn {number * 7 + 3}."


def paragraphs_of(number: int) -> list[str]:
    """A page or so of text, the file's own sentence in its middle."""
    dice = random.Random(number)
    texts = [
        " ".join(
            f"Bà con {dice.choice(PLACES)} {dice.choice(DEEDS)}, tổ {dice.randrange(40)} làm xong"
            f" trong {dice.randrange(2, 9)} buổi."
            for _ in range(5)
        )
        for _ in range(8)
    ]
    texts[4] += f" {sentence_of(number)}"
    return texts


def make_text(title: str, texts: Sequence[str]) -> bytes:
    return "\n\n".join([title, *texts]).encode()


def make_html(title: str, texts: Sequence[str]) -> bytes:
    body = "".join(f"<p>{text}</p>" for text in texts)
    head = f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head>"
    return f"{head}<body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def make_records(title: str, texts: Sequence[str]) -> bytes:
    return json.dumps({"title": title, "text": "\n".join(texts)}, ensure_ascii=False).encode()


def make_csv(title: str, texts: Sequence[str]) -> bytes:
    rows = "".join(f'{number};"{text}"\n' for number, text in enumerate(texts))
    return f"số;nội dung\n{rows}".encode("utf-8-sig")


def make_markdown(title: str, texts: Sequence[str]) -> bytes:
    front = f"---\ntitle: {title}\ntags: [sổ, chợ]\n---\n"
    return (front + "\n\n".join(f"**{text[:6]}**{text[6:]}" for text in texts)).encode()


def make_subtitles(title: str, texts: Sequence[str]) -> bytes:
    cues = [
        f"{number + 1}\n00:{number:02}:00,000 --> 00:{number:02}:50,000\n{text}\n"
        for number, text in enumerate(texts)
    ]
    return "\n".join(cues).encode()


def make_xml(title: str, texts: Sequence[str]) -> bytes:
    body = "".join(f"<đoạn>{text}</đoạn>" for text in texts)
    return f'<?xml version="1.0"?><sổ><tên>{title}</tên>{body}</sổ>'.encode()


def make_rtf(title: str, texts: Sequence[str]) -> bytes:
    def coded(text: str) -> str:
        return "".join(one if one.isascii() else f"\\u{ord(one)}?" for one in text)

    body = "\\par ".join(coded(text) for text in (title, *texts))
    return f"{{\\rtf1\\ansi\\ansicpg1258 {body}}}".encode("ascii")


def make_docx(title: str, texts: Sequence[str]) -> bytes:
    import docx

    paper = docx.Document()
    for text in (title, *texts):
        paper.add_paragraph(text)
    return _saved(paper.save)


def make_pptx(title: str, texts: Sequence[str]) -> bytes:
    import pptx

    slides = pptx.Presentation()
    for text in texts:
        slide = slides.slides.add_slide(slides.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = text
    return _saved(slides.save)


def make_xlsx(title: str, texts: Sequence[str]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in ((title, None), *enumerate(texts)):
        book.active.append(row)
    return _saved(book.save)


def make_odt(title: str, texts: Sequence[str]) -> bytes:
    from odfdo import Document, Paragraph

    paper = Document("text")
    paper.body.clear()
    for text in (title, *texts):
        paper.body.append(Paragraph(text))
    return _saved(paper.save)


def make_ods(title: str, texts: Sequence[str]) -> bytes:
    from odfdo import Cell, Document, Row, Table

    book = Document("spreadsheet")
    book.body.clear()
    table = Table("Sổ")
    for text in (title, *texts):
        row = Row()
        row.append_cell(Cell(text))
        table.append_row(row)
    book.body.append(table)
    return _saved(book.save)


def make_epub(title: str, texts: Sequence[str]) -> bytes:
    container = '<container><rootfile full-path="book.opf"/></container>'
    chapters = [f"<html><body><h1>{title}</h1><p>{text}</p></body></html>" for text in texts]
    kind = "application/xhtml+xml"
    items = "".join(f'<item id="c{n}" href="{n}.xhtml" media-type="{kind}"/>' for n in range(8))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(8))
    book = f"<package><metadata/><manifest>{items}</manifest><spine>{spine}</spine></package>"
    return _packed(
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", container),
        ("book.opf", book),
        *((f"{number}.xhtml", chapter) for number, chapter in enumerate(chapters)),
    )


def make_pdf(title: str, texts: Sequence[str], *, password: str = "") -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    held = io.BytesIO()
    encrypt = StandardEncryption(password) if password else None
    style = ParagraphStyle("text", fontName="Mixed", fontSize=11, leading=15)
    story = [Paragraph(text, style) for text in (title, *texts)]
    SimpleDocTemplate(held, encrypt=encrypt).build(story)
    return held.getvalue()


def make_mail(title: str, texts: Sequence[str]) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = title, "to@vi.du", "phuong@vi.du"
    mail.set_content("Kính gửi, xem tệp kèm theo.")
    mail.add_attachment("\n".join(texts).encode(), "text", "plain", filename="kèm theo.txt")
    return bytes(mail)


def make_web_archive(title: str, texts: Sequence[str]) -> bytes:
    page = EmailMessage()
    page["Subject"] = title
    page.set_content(make_html(title, texts).decode(), subtype="html")
    page.make_related()
    page.add_related(b"body { margin: 0 }", "text", "css", cid="<style>")
    return bytes(page)


def make_zip(title: str, texts: Sequence[str]) -> bytes:
    return _packed(("đọc trước.txt", title), ("tổ/sổ.docx", make_docx(title, texts)))


def make_old(title: str, texts: Sequence[str]) -> bytes:
    return TCVN3.encode("\n\n".join([title, *texts])).encode("latin-1")


MAKERS: dict[str, Callable[[str, Sequence[str]], bytes]] = {
    "txt": make_text,
    "html": make_html,
    "jsonl": make_records,
    "pdf": make_pdf,
    "docx": make_docx,
    "odt": make_odt,
    "rtf": make_rtf,
    "pptx": make_pptx,
    "xlsx": make_xlsx,
    "ods": make_ods,
    "csv": make_csv,
    "epub": make_epub,
    "md": make_markdown,
    "srt": make_subtitles,
    "xml": make_xml,
    "eml": make_mail,
    "mht": make_web_archive,
    "zip": make_zip,
    "TCVN3.txt": make_old,
}
#: Formats of which half a file cannot be told from a whole one, or is read as far as it goes.
_LINES = frozenset(
    ("txt", "html", "csv", "md", "srt", "xml", "rtf", "jsonl", "eml", "mht", "TCVN3.txt")
)


def _truncated(format_: str, whole: bytes, texts: Sequence[str]) -> tuple[str, bytes]:
    if format_ in _LINES:
        format_, whole = "docx", make_docx(texts[0], texts)
    return format_, whole[: len(whole) // 3]


def _encrypted(format_: str, whole: bytes, texts: Sequence[str]) -> tuple[str, bytes]:
    if format_ in ("docx", "xlsx", "pptx"):
        compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)
        return format_, compound + "EncryptedPackage".encode("utf-16-le")
    return "pdf", make_pdf(texts[0], texts, password="khoa")


def _misnamed(format_: str, whole: bytes, texts: Sequence[str]) -> tuple[str, bytes]:
    return format_, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def _emptied(format_: str, whole: bytes, texts: Sequence[str]) -> tuple[str, bytes]:
    return format_, b""


def _bomb(format_: str, whole: bytes, texts: Sequence[str]) -> tuple[str, bytes]:
    head = b"<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>"
    return "docx", _packed(("[Content_Types].xml", "<x/>"), ("word/document.xml", head), fill=BOMB)


DAMAGES: dict[str, Callable[[str, bytes, Sequence[str]], tuple[str, bytes]]] = {
    "truncated": _truncated,
    "encrypted": _encrypted,
    "wrong suffix": _misnamed,
    "empty": _emptied,
    "bomb": _bomb,
}


def make_folder(folder: Path, files: int, font: Path = FONT) -> list[Made]:
    """Make a folder of so many files; returns its manifest."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("Mixed", font))
    return list(_made(folder, files))


def _made(folder: Path, files: int) -> Iterator[Made]:
    formats, damages = list(MAKERS), list(DAMAGES)
    for number in range(files):
        texts = paragraphs_of(number)
        format_ = formats[number % len(formats)]
        data = MAKERS[format_](f"Sổ ghi {number} của tổ", texts)
        damage = ""
        if number % DAMAGED_EVERY == DAMAGED_EVERY - 1:
            damage = damages[number // DAMAGED_EVERY % len(damages)]
            format_, data = DAMAGES[damage](format_, data, texts)
        path = folder / f"quyển {number // 100}" / f"sổ {number}.{format_}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        sentence = "" if damage else sentence_of(number)
        yield Made(str(path.relative_to(folder)), format_, sentence, damage)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    held = io.BytesIO()
    save(held)
    return held.getvalue()


def _packed(*members: tuple[str, str | bytes], fill: int = 0) -> bytes:
    """A zip archive; its last member goes on for ``fill`` bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members[:-1]:
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, compress_type=how)
        name, content = members[-1]
        with archive.open(name, "w") as member:
            member.write(content.encode() if isinstance(content, str) else content)
            for _ in range(fill // 1_000_000):
                member.write(b"A" * 1_000_000)
    return held.getvalue()
