"""PDF: the lines of a page as paragraphs in the order of reading, and what cannot be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.pages import Page, all_readers, to_document
from searchengine.pages.readers.formats.pdf import ocr
from tests.pages.readers.formats.making import FONT, pdf, read, read_all, refusal, text_block

MARKET = (
    "Ban quản lý chợ Đông Xuân họp với các hộ kinh doanh để bàn việc sắp xếp lại gian hàng, chỗ để"
    " xe và đường thoát nước trước mùa mưa năm nay."
)
RAIN = (
    "Trận mưa đêm qua làm ngập hai dãy hàng khô phía sau, các hộ phải kê hàng lên cao và nghỉ bán"
    " đến quá trưa mới dọn xong."
)


def broken_lines(canvas: Any, text: str, width: float) -> list[str]:
    from reportlab.lib.utils import simpleSplit

    return list(simpleSplit(text, "DejaVu", 11, width))


def lines(page: Page) -> list[str]:
    """The lines of a text as they are read, whatever page they stand on."""
    return page.text.replace("\n\f", "\n").replace("\f", " ").strip().split("\n")


def test_lines_are_joined_to_paragraphs(tmp_path: Path) -> None:
    made = pdf(lambda canvas: text_block(canvas, f"{MARKET}\n{RAIN}", 60, 780, 300, indent=20))
    assert lines(read(tmp_path, "a.pdf", made)) == [MARKET, RAIN]


def test_short_lines_stay_lines(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawCentredString(297, 780, "KẾ HOẠCH")
        canvas.drawCentredString(297, 765, "Sắp xếp lại chợ Đông Xuân")
        text_block(canvas, RAIN, 60, 740, 475)

    assert lines(read(tmp_path, "a.pdf", pdf(draw))) == [
        "KẾ HOẠCH",
        "Sắp xếp lại chợ Đông Xuân",
        RAIN,
    ]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        ("các hộ trong chợ họp ng-", "hị quyết ngay", "các hộ trong chợ họp nghị quyết ngay"),
        ("the market board inform-", "ation desk", "the market board information desk"),
        ("về kinh tế - văn hóa Việt-", "pháp thời cũ", "về kinh tế - văn hóa Việt-pháp thời cũ"),
        ("đoàn công tác Đông-", "Nam Bộ", "đoàn công tác Đông-Nam Bộ"),
    ],
)
def test_a_hyphen_of_a_line_break_goes_and_another_stays(
    tmp_path: Path, first: str, second: str, whole: str
) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(60, 780, first)
        canvas.drawString(60, 765, second)

    assert lines(read(tmp_path, "a.pdf", pdf(draw))) == [whole]


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawCentredString(297, 800, "Tin chợ Đông Xuân và các chợ quanh phố cổ Hà Nội")
        text_block(canvas, MARKET, 60, 770, 220)
        text_block(canvas, RAIN, 310, 763, 220)  # Its lines stand between those at the left.

    assert lines(read(tmp_path, "a.pdf", pdf(draw)))[1:] == [MARKET, RAIN]


def test_a_paragraph_goes_on_in_the_next_column_and_page(tmp_path: Path) -> None:
    whole = " ".join([MARKET, RAIN] * 3)

    def block(canvas: Any, broken: list[str], left: float) -> None:
        for down, line in enumerate(broken):
            canvas.drawString(left, 770 - 15 * down, line)

    def first(canvas: Any) -> None:
        block(canvas, broken_lines(canvas, whole, 220)[:7], 60)
        block(canvas, broken_lines(canvas, whole, 220)[7:14], 310)

    def second(canvas: Any) -> None:
        block(canvas, broken_lines(canvas, whole, 220)[14:], 60)

    assert lines(read(tmp_path, "a.pdf", pdf(first, second))) == [whole]


def test_rows_of_a_table_are_read_across(tmp_path: Path) -> None:
    rows = [
        ("TT", "Họ và tên", "Chức vụ"),
        ("1", "Trần Thị Lành", "Tổ trưởng"),
        ("2", "Lê Văn Đủ", "Tổ phó"),
    ]

    def draw(canvas: Any) -> None:
        for down, row in enumerate(rows):
            for left, text in zip((60, 100, 300), row, strict=True):
                canvas.drawString(left, 780 - 16 * down, text)

    assert lines(read(tmp_path, "a.pdf", pdf(draw))) == ["\t".join(row) for row in rows]


def test_a_cell_of_several_lines_is_one_cell(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        for left, top, text in (
            (60, 780, "1"), (100, 780, "Dọn rãnh thoát nước"), (300, 780, "Tổ trưởng và"),
            (100, 765, "quanh chợ"), (300, 765, "tổ phó"), (100, 750, "trước mùa mưa"),
            (60, 735, "2"), (100, 735, "Sơn lại vạch"), (300, 735, "Tổ phó"),
        ):  # fmt: skip
            canvas.drawString(left, top, text)

    assert lines(read(tmp_path, "a.pdf", pdf(draw))) == [
        "1\tDọn rãnh thoát nước quanh chợ trước mùa mưa\tTổ trưởng và tổ phó",
        "2\tSơn lại vạch\tTổ phó",
    ]


@pytest.mark.parametrize("signer", [(780, 760, 700), (780, 752, 740)])
def test_lines_of_recipients_and_signer_are_not_mixed(
    tmp_path: Path, signer: tuple[int, int, int]
) -> None:
    recipients = ["Nơi nhận:", "- Như trên;", "- Lưu: VP."]
    signed = ["TM. BAN QUẢN LÝ", "TRƯỞNG BAN", "Lê Văn Đủ"]

    def draw(canvas: Any) -> None:
        for down, text in enumerate(recipients):
            canvas.drawString(60, 780 - 14 * down, text)
        for top, text in zip(signer, signed, strict=True):
            canvas.drawCentredString(420, top, text)

    assert lines(read(tmp_path, "a.pdf", pdf(draw))) == [*recipients, *signed]


def test_a_heading_of_two_lines_in_the_middle_is_one(tmp_path: Path) -> None:
    heading = "Về việc sắp xếp lại các gian hàng khô, chỗ để xe và đường thoát nước"

    def draw(canvas: Any) -> None:
        canvas.drawCentredString(297, 780, "KẾ HOẠCH")
        canvas.drawCentredString(297, 765, heading)
        canvas.drawCentredString(297, 750, "của chợ Đông Xuân")
        text_block(canvas, RAIN, 80, 720, 430)

    assert lines(read(tmp_path, "a.pdf", pdf(draw)))[:2] == [
        "KẾ HOẠCH",
        f"{heading} của chợ Đông Xuân",
    ]


@pytest.mark.parametrize("shift", [0, 6])
def test_the_sides_of_a_letterhead_follow_each_other(tmp_path: Path, shift: int) -> None:
    head = [
        ("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("PHƯỜNG QUANG TRUNG", "Độc lập - Tự do - Hạnh phúc"),
        ("Số: 12/KH-UBND", "Quang Trung, ngày 03 tháng 7 năm 2022"),
    ]

    def draw(canvas: Any) -> None:
        for down, (left, right) in enumerate(head):
            canvas.drawCentredString(150, 800 - 18 * down, left)
            canvas.drawCentredString(420, 800 + shift - 18 * down, right)
        text_block(canvas, MARKET, 60, 700, 475)

    left, right = zip(*head, strict=True)
    assert lines(read(tmp_path, "a.pdf", pdf(draw))) == [*left, *right, MARKET]


def running(number: int, text: str, head: str = "Báo cáo chợ Đông Xuân") -> Any:
    def draw(canvas: Any) -> None:
        canvas.drawCentredString(297, 815, head)
        text_block(canvas, text, 60, 780, 475)
        canvas.drawCentredString(297, 25, f"Trang {number}/3")

    return draw


def test_running_heads_and_numbers_of_pages_are_left_out(tmp_path: Path) -> None:
    made = pdf(running(1, MARKET), running(2, RAIN), running(3, "Hết báo cáo."))
    assert lines(read(tmp_path, "a.pdf", made)) == [MARKET, RAIN, "Hết báo cáo."]


def test_what_stands_at_the_edge_of_a_page_or_two_stays(tmp_path: Path) -> None:
    made = pdf(running(1, MARKET, "Mở đầu"), running(2, RAIN, "Kết luận"))
    text = read(tmp_path, "a.pdf", made).text
    assert "Mở đầu" in text
    assert "Kết luận" in text
    assert "Trang 1/3" not in text


def test_letterheads_of_papers_in_one_file_are_no_running_heads(tmp_path: Path) -> None:
    title = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    made = pdf(*(running(number, RAIN, title) for number in (1, 2, 3)))
    assert read(tmp_path, "a.pdf", made).text.count(title) == 3


def test_numbers_at_one_height_that_count_no_pages_stay(tmp_path: Path) -> None:
    def row(paid: int) -> Any:
        return lambda canvas: canvas.drawString(60, 25, f"Cộng {paid} đồng")

    page = read(tmp_path, "a.pdf", pdf(row(70), row(15), row(98)))
    assert lines(page) == ["Cộng 70 đồng", "Cộng 15 đồng", "Cộng 98 đồng"]


def test_letters_drawn_twice_to_be_bold_are_read_once(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        canvas.drawString(60, 780, "Thông báo")
        canvas.drawString(60.3, 780, "Thông báo")

    assert read(tmp_path, "a.pdf", pdf(draw)).text == "Thông báo"


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_as_it_is_shown(tmp_path: Path, turn: int) -> None:
    def draw(canvas: Any) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(*{90: (595, 0), 180: (595, 842), 270: (0, 842)}[turn])
        canvas.rotate(turn)
        text_block(canvas, f"{MARKET}\n{RAIN}", 60, 500, 400)

    assert lines(read(tmp_path, "a.pdf", pdf(draw))) == [MARKET, RAIN]


def test_a_watermark_across_the_page_does_not_part_its_lines(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        text_block(canvas, f"{MARKET}\n{RAIN}", 60, 780, 300)
        canvas.translate(200, 650)
        canvas.rotate(45)
        canvas.drawString(0, 0, "BẢN NHÁP")

    assert lines(read(tmp_path, "a.pdf", pdf(draw)))[:2] == [MARKET, RAIN]


def test_text_in_an_old_font_is_read_as_that_font_shows_it(tmp_path: Path) -> None:
    made = pdf(lambda canvas: canvas.drawString(60, 780, "Héi ®ång nh©n d©n"))
    page = read(tmp_path, "a.pdf", made.replace(b"DejaVuSans", b".VnTimeABC"))
    assert page.text == "Hội đồng nhân dân"
    assert page.warnings == ()  # Nothing was guessed.


def scan(canvas: Any) -> None:
    """Draw a picture of the words, as a scanner makes."""
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader

    picture = Image.new("L", (1240, 400), 255)
    font = ImageFont.truetype(str(FONT), 40)
    ImageDraw.Draw(picture).text((80, 150), "Chợ Đông Xuân nghỉ bán", font=font, fill=0)
    canvas.drawImage(ImageReader(picture), 0, 600, 595, 192)


def test_a_scan_is_told_as_such_with_the_next_step(tmp_path: Path) -> None:
    assert "--ocr" in refusal(tmp_path, "a.pdf", pdf(scan))


def test_scanned_pages_among_others_are_told_in_a_warning(tmp_path: Path) -> None:
    page = read(tmp_path, "a.pdf", pdf(lambda canvas: text_block(canvas, RAIN, 60, 780, 400), scan))
    assert page.text == RAIN
    assert "(2): read them with --ocr" in page.warnings[0]


def test_empty_pages_among_others_are_no_scans(tmp_path: Path) -> None:
    made = pdf(lambda canvas: text_block(canvas, RAIN, 60, 780, 400), lambda canvas: None)
    assert read(tmp_path, "a.pdf", made).warnings == ()


def test_a_scan_with_a_text_layer_has_not_the_day_of_the_scan(tmp_path: Path) -> None:
    def draw(canvas: Any) -> None:
        from PIL import Image
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(Image.new("L", (60, 84), 255)), 0, 0, 595, 842)
        text_block(canvas, RAIN, 60, 780, 400)

    assert "date" not in read(tmp_path, "a.pdf", pdf(draw)).fallbacks
    plain = pdf(lambda canvas: text_block(canvas, RAIN, 60, 780, 400))
    assert "date" in read(tmp_path, "b.pdf", plain).fallbacks


NO_TESSERACT = pytest.mark.skipif(
    ocr.tesseract() is None, reason="tesseract with Vietnamese is not installed"
)


@NO_TESSERACT
def test_the_command_reads_scans_if_asked_to(tmp_path: Path) -> None:
    (tmp_path / "tin").mkdir()
    (tmp_path / "tin" / "a.pdf").write_bytes(pdf(scan))
    index = ["index", str(tmp_path / "tin"), "--index", str(tmp_path / "index")]
    assert CliRunner().invoke(main, index).exit_code == 2
    assert CliRunner().invoke(main, [*index, "--ocr"]).exit_code == 0
    with SearchEngine.open(tmp_path / "index") as engine:
        assert [hit.id for hit in engine.search("chợ đông xuân nghỉ bán")] == ["a.pdf"]


@NO_TESSERACT
def test_with_ocr_a_scan_is_read(tmp_path: Path) -> None:
    readers, _ = all_readers(ocr=True)
    page = read(tmp_path, "a.pdf", pdf(scan), readers)
    assert page.text == "Chợ Đông Xuân nghỉ bán"


def test_with_ocr_but_no_tesseract_the_next_step_is_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    ocr.tesseract.cache_clear()
    try:
        readers, _ = all_readers(ocr=True)
        assert "tesseract-ocr-vie" in refusal(tmp_path, "a.pdf", pdf(scan), readers)
    finally:
        ocr.tesseract.cache_clear()


def test_a_damaged_or_encrypted_file_is_refused_with_a_reason(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    whole = pdf(lambda canvas: text_block(canvas, RAIN, 60, 780, 400))
    locked = pdf(
        lambda canvas: text_block(canvas, RAIN, 60, 780, 400),
        encrypt=StandardEncryption("khoa", "chu"),
    )
    assert "password" in refusal(tmp_path, "a.pdf", locked)
    assert "copy or save it anew" in refusal(tmp_path, "b.pdf", whole[:60])
    assert "copy or save it anew" in refusal(tmp_path, "c.pdf", b"%PDF-1.7")
    assert "is empty" in refusal(tmp_path, "d.pdf", b"")


def test_a_file_cut_off_late_gives_what_it_has_or_a_reason(tmp_path: Path) -> None:
    whole = pdf(*(running(number, MARKET) for number in range(1, 4)))
    for part in range(10, 100, 10):
        [found] = read_all(tmp_path, "a.pdf", whole[: len(whole) * part // 100])
        assert isinstance(found, Page) or "anew" in found.message or "no text" in found.message


def test_a_file_that_only_restricts_printing_is_read(tmp_path: Path) -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    made = pdf(
        lambda canvas: text_block(canvas, RAIN, 60, 780, 400),
        encrypt=StandardEncryption("", "chu", canPrint=0),
    )
    assert read(tmp_path, "a.pdf", made).text == RAIN


@pytest.mark.parametrize(
    ("title", "author", "taken"),
    [
        ("Sổ tay chợ Đông Xuân", "Trần Thị Lành", ("Sổ tay chợ Đông Xuân", "Trần Thị Lành")),
        ("Tài liệu họp chợ", "Mạc Văn Tính", ("Tài liệu họp chợ", "Mạc Văn Tính")),
        ("Microsoft Word - Document1", "Admin", (RAIN[:25], "")),
        ("PowerPoint Presentation", "Microsoft Office User", (RAIN[:25], "")),
        ("Tài liệu 1", "Máy Tính", (RAIN[:25], "")),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Windows User", (RAIN[:25], "")),
        ("untitled", "HP", (RAIN[:25], "")),
        ("Scan 2021-03-04 (12)", "may tinh", (RAIN[:25], "")),
    ],
)
def test_properties_that_a_program_wrote_are_not_taken(
    tmp_path: Path, title: str, author: str, taken: tuple[str, str]
) -> None:
    def draw(canvas: Any) -> None:
        canvas.setTitle(title)
        canvas.setAuthor(author)
        text_block(canvas, RAIN, 60, 780, 400)

    document = to_document(read(tmp_path, "a.pdf", pdf(draw)))
    assert (document.title[: len(taken[0])], document.author) == taken
