"""Mail and web archives: headers to fields, attachments as files, whatever encoding they claim."""

from __future__ import annotations

import base64
import datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from searchengine.pages import Page, Problem, to_document
from tests.pages.walking import walk

HTML = "<html><head><title>Đầu</title></head><body><p>Bà con góp công làm đường.</p></body></html>"


def read(folder: Path, data: bytes, name: str = "thư.eml") -> tuple[dict[str, Page], list[str]]:
    (folder / name).write_bytes(data)
    found = list(walk(folder / name))
    problems = [str(one).removeprefix(f"{folder}/") for one in found if isinstance(one, Problem)]
    return {one.id: one for one in found if isinstance(one, Page)}, problems


def message(text: str = "Kính mời các đồng chí.", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in {"Subject": "Giấy mời", "From": "tổ 5 <to5@example.vn>", **headers}.items():
        mail[name] = value
    mail.set_content(text)
    return mail


def body(folder: Path, header: str, data: bytes) -> str:
    """The text of a mail whose part has ``header``, and holds ``data``."""
    raw = b"Subject: x\r\nMIME-Version: 1.0\r\n" + header.encode() + b"\r\n\r\n" + data
    (page,) = read(folder, raw)[0].values()
    return page.text.strip()


def test_headers_become_fields(tmp_path: Path) -> None:
    mail = message(To="Tổ 3 <to3@example.vn>", Date="Sun, 03 Jul 2022 23:30:00 +0000")
    pages, problems = read(tmp_path, bytes(mail))
    (page,) = pages.values()
    assert (page.id, page.title, page.author) == ("thư.eml", "Giấy mời", "tổ 5")
    assert page.extra == {"to": "Tổ 3 <to3@example.vn>"}
    assert to_document(page).date == datetime.date(2022, 7, 4)
    assert page.text.strip() == "Kính mời các đồng chí."
    assert problems == []


@pytest.mark.parametrize(
    ("sender", "author"),
    [
        ("=?utf-8?Q?Lan=2C_t=E1=BB=95_5?= <lan@example.vn>", "Lan, tổ 5"),
        ('"Lan, tổ 5" <lan@example.vn>', "Lan, tổ 5"),
        ("lan@example.vn", "lan@example.vn"),
        ("Lan <lan@example.vn>, Hoa <hoa@example.vn>", "Lan, Hoa"),
    ],
)
def test_the_author_is_who_sent_it(tmp_path: Path, sender: str, author: str) -> None:
    (page,) = read(tmp_path, f"From: {sender}\r\n\r\nChữ.".encode())[0].values()
    assert page.author == author


def test_plain_text_goes_before_html(tmp_path: Path) -> None:
    mail = message()
    mail.add_alternative(HTML, subtype="html")
    assert read(tmp_path, bytes(mail))[0]["thư.eml"].text.strip() == "Kính mời các đồng chí."


def test_html_alone_is_read_as_a_page(tmp_path: Path) -> None:
    mail = message(" ")
    mail.add_alternative(HTML, subtype="html")
    assert read(tmp_path, bytes(mail))[0]["thư.eml"].text == "Bà con góp công làm đường."


def test_attachments_are_files_of_their_own(tmp_path: Path) -> None:
    mail = message()
    forwarded = message("Thư cũ.", Subject="Cũ")
    for name in ("kế hoạch.txt", "kế hoạch.txt", "../../a/b.txt", "ảnh.png", "smime.p7s"):
        mail.add_attachment(
            f"Nội dung {name}.".encode(), maintype="application", subtype="pdf", filename=name
        )
    mail.add_attachment(forwarded)
    pages, problems = read(tmp_path, bytes(mail))
    assert {id_: page.text.strip() for id_, page in pages.items()} == {
        "thư.eml": "Kính mời các đồng chí.",
        "thư.eml!kế hoạch.txt": "Nội dung kế hoạch.txt.",
        "thư.eml!kế hoạch-2.txt": "Nội dung kế hoạch.txt.",
        "thư.eml!_.._a_b.txt": "Nội dung ../../a/b.txt.",
        "thư.eml!mail.eml": "Thư cũ.",
    }
    assert problems == []


def test_a_mail_that_is_packed_where_it_must_not_be_is_read(tmp_path: Path) -> None:
    raw = (
        b"Subject: x\r\nContent-Type: message/rfc822; name=18984\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(bytes(message("Trong.")))
    )
    assert read(tmp_path, raw)[0]["thư.eml!18984.eml"].text.strip() == "Trong."


def test_of_a_bounced_mail_the_machines_part_is_left_out(tmp_path: Path) -> None:
    mail = message("Không gửi được.")
    mail.make_mixed()
    status = EmailMessage()
    status["Reporting-MTA"] = "dns; mail.example.vn"
    report = EmailMessage()
    report["Content-Type"] = "message/delivery-status"
    report.set_payload([status])
    mail.attach(report)
    mail.add_attachment(message("Thư gửi đi."))
    pages, problems = read(tmp_path, bytes(mail))
    assert [page.text.strip() for page in pages.values()] == ["Không gửi được.", "Thư gửi đi."]
    assert problems == []


def test_an_attachment_inside_the_text_is_one_too(tmp_path: Path) -> None:
    mail = message()
    mail.add_attachment(
        b"Danh s", maintype="text", subtype="csv", filename="a.txt", disposition="inline"
    )
    assert "thư.eml!a.txt" in read(tmp_path, bytes(mail))[0]


def test_an_attachment_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    mail = message()
    mail.add_attachment(b"\0\1\2\0", maintype="application", subtype="x", filename="x.bin")
    pages, problems = read(tmp_path, bytes(mail))
    assert list(pages) == ["thư.eml"]
    assert problems[0].startswith("thư.eml!x.bin: is binary")


@pytest.mark.parametrize(
    "charset",
    ["utf-8", "us-ascii", "iso-8859-1", "x-khong-co", "base64", '"utf-8', ""],
)
def test_a_charset_that_is_wrong_or_missing_loses_nothing(tmp_path: Path, charset: str) -> None:
    header = f"Content-Type: text/plain; charset={charset}" if charset else "X-Y: 1"
    assert body(tmp_path, header, "Hội phụ nữ họp.".encode()) == "Hội phụ nữ họp."


@pytest.mark.parametrize("charset", ["windows-1258", "utf-16", "iso-2022-jp", "utf-7"])
def test_a_charset_that_is_right_is_followed(tmp_path: Path, charset: str) -> None:
    text = {"windows-1258": "cà phê", "iso-2022-jp": "会議"}.get(charset, "Hội phụ nữ")
    header = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64"
    assert body(tmp_path, header, base64.b64encode(text.encode(charset))) == text


@pytest.mark.parametrize(
    "subject",
    [
        b"=?utf-8?B?SOG7jXAgdOG7lQ==?=",
        "Họp tổ".encode(),
        b"=?UTF-8?Q?H=E1=BB?= =?UTF-8?Q?=8Dp_t=E1=BB=95?=",
        b"=?utf-8?b?SOG7jXAgdOG7lQ?=",
        b"H\xe1\xbb\x8dp\r\n t\xe1\xbb\x95",
    ],
)
def test_subjects_are_read_however_they_are_written(tmp_path: Path, subject: bytes) -> None:
    pages, _ = read(tmp_path, b"Subject: " + subject + b"\r\n\r\nN\xe1\xbb\x99i dung.")
    assert [page.title for page in pages.values()] == ["Họp tổ"]


def test_a_name_of_encoded_words_is_decoded(tmp_path: Path) -> None:
    raw = (
        b'Subject: x\r\nContent-Type: text/plain; name="=?utf-8?B?SOG7jXAudHh0?="\r\n'
        b"Content-Disposition: attachment\r\n\r\nCh\xe1\xbb\xaf."
    )
    assert list(read(tmp_path, raw)[0]) == ["thư.eml", "thư.eml!Họp.txt"]


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\r\nDate: 31 Xyz 99999 99:99\r\nFrom: <<>>,;@\r\n\r\nCh\xe1\xbb\xaf.",
        b"From lan@example.vn Mon Jul  4 08:00:00 2022\nSubject: x\n\nCh\xe1\xbb\xaf.",
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        b"Ch\xe1\xbb\xaf.",
        b"Subject: x\r\nContent-Type: multipart/mixed\r\n\r\nCh\xe1\xbb\xaf.",
        b"Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\nQ2jhu68u!!!",
    ],
    ids=["headers", "mailbox", "unended", "no boundary", "base64"],
)
def test_damaged_mails_are_read_as_far_as_they_go(tmp_path: Path, raw: bytes) -> None:
    pages, problems = read(tmp_path, raw)
    assert [page.text.strip() for page in pages.values()] == ["Chữ."], problems


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (
            b"Ch\xe1\xbb\xaf th\xc6\xb0\xe1\xbb\x9dng, kh\xc3\xb4ng ph\xe1\xba\xa3i th\xc6\xb0.",
            "is no mail",
        ),
        (
            b"Subject: x\r\nContent-Type: multipart/encrypted; boundary=b\r\n\r\n--b--",
            "is encrypted",
        ),
        (b"From: a@example.vn\r\n\r\n", "is a mail without text"),
    ],
)
def test_what_is_no_mail_is_told(tmp_path: Path, raw: bytes, reason: str) -> None:
    pages, (problem,) = read(tmp_path, raw)
    assert pages == {}
    assert reason in problem


def web_archive(*parts: bytes) -> bytes:
    head = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://phuong.example.vn/tin/1\r\n"
    )
    head += b"Subject: =?utf-8?Q?Ti=C3=AAu_=C4=91=E1=BB=81?=\r\n"
    head += b"Date: Mon, 4 Jul 2022 08:00:00 +0700\r\n"
    head += b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
    return head + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


def test_of_a_web_archive_the_page_is_all(tmp_path: Path) -> None:
    page = b"Content-Type: text/html; charset=utf-8\r\n\r\n" + HTML.replace("Đầu", "").encode()
    style = b"Content-Type: text/css\r\nContent-Location: a.css\r\n\r\np {}"
    frame = b"Content-Type: text/html\r\nContent-Location: b.html\r\n\r\n<p>ads</p>"
    for name in ("trang.mht", "trang.mhtml"):
        pages, problems = read(tmp_path, web_archive(page, style, frame), name)
        ((id_, found),) = pages.items()
        assert (id_, found.text, found.title) == (name, "Bà con góp công làm đường.", "Tiêu đề")
        assert found.extra == {"url": "https://phuong.example.vn/tin/1"}
        # The day on which it was saved is not the page's.
        assert found.date is None
        assert problems == []


@pytest.mark.parametrize(
    ("header", "meta"), [("; charset='windows-1258'", ""), ("", "charset=windows-1258")]
)
def test_a_page_in_a_web_archive_says_its_encoding_either_way(
    tmp_path: Path, header: str, meta: str
) -> None:
    html = f'<html><meta http-equiv="Content-Type" content="text/html; {meta}"><p>cà phê</p></html>'
    page = f"Content-Type: text/html{header}\r\n\r\n{html}".encode("windows-1258")
    assert read(tmp_path, web_archive(page), "trang.mht")[0]["trang.mht"].text == "cà phê"


def test_a_web_archive_without_a_page_is_told(tmp_path: Path) -> None:
    image = b"Content-Type: image/png\r\n\r\nx"
    assert "holds no HTML page" in read(tmp_path, web_archive(image), "trang.mht")[1][0]
