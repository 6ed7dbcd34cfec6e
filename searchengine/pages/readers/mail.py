"""Mail (.eml) and web archives (.mht): messages of several parts, read by Python's own package.

Of a mail the text is the page and every attachment a file of its own, whose id is the mail's, ``!``
and its name. Of a web archive the page is all; pictures and styles are no documents. What a message
says of its encoding is often wrong or missing, so bytes are decoded as those of files are.
"""

from __future__ import annotations

import base64
import datetime
import email.errors
import email.header
import email.message
import email.parser
import email.policy
import email.utils
import io
import mimetypes
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from searchengine.errors import InputError
from searchengine.pages.page import Page, Problem
from searchengine.pages.readers.decoding import BinaryError, decode
from searchengine.pages.readers.html import declared_charset, read_html
from searchengine.pages.readers.opened import OpenedFile
from searchengine.pages.readers.registry import Reader
from searchengine.pages.rules.text_patterns import squeeze
from searchengine.pages.selection import no_document

Message = email.message.Message

#: A message is read into memory at once.
MAIL_MAX = 100_000_000
#: Ends of names of attachments that are no documents: signatures, calendar entries, cards.
_NO_DOCUMENTS = (".p7s", ".asc", ".sig", ".ics", ".vcf")
_HEADERS = ("from", "to", "subject", "date", "received", "return-path", "message-id", "sender")
_MAIL_KINDS = ("message/rfc822", "message/global")
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime")
_SLASHES = re.compile(r"[/\\\x00-\x1f]+")


def read_mail(file: OpenedFile) -> Iterator[Page | Problem]:
    """Yield the page of a mail and those of its attachments."""
    message = _message(file)
    headers = _headers(message)
    if not any(name in headers for name in _HEADERS):
        raise InputError("is no mail, as it has no sender, subject or date; name text .txt")
    if message.get_content_type() in _ENCRYPTED:
        raise InputError("is encrypted; save it decrypted in the mail program")
    plain: list[str] = []
    html: list[str] = []
    attached: list[tuple[str, Message]] = []
    for part in _leaves(message):
        kind = part.get_content_type()
        if part.get_content_disposition() == "attachment" or part.get_filename():
            attached.append((_file_name(part), part))
        elif kind == "text/plain" or kind.startswith("multipart/"):  # Of one part, not marked off.
            plain.append(_text(part))
        elif kind == "text/html":
            html.append(_text(part))
        elif kind in _MAIL_KINDS or part.get_content_maintype() not in ("text", "message"):
            attached.append((_file_name(part), part))
    body = "\n\n".join(text.strip() for text in plain if text.strip())
    if not body:
        body = "\n\n".join(filter(None, map(_article, html)))
    title = headers.get("subject", "")
    if body or title:
        recipients = ", ".join(filter(None, [headers.get("to", ""), headers.get("cc", "")]))
        yield file.page(
            body,
            title=title,
            date=_date(headers.get("date", "")),
            author=_senders(message),
            extra={"to": recipients} if recipients else {},
        )
    elif not attached:
        raise InputError("is a mail without text; nothing was read from it")
    yield from _attachments(file, attached)


def read_web_archive(file: OpenedFile) -> Iterator[Page]:
    """Yield the page of a web archive, with the address that it was saved from."""
    message = _message(file)
    headers = _headers(message)
    pages = [part for part in _leaves(message) if part.get_content_type() == "text/html"]
    if not pages:
        raise InputError("holds no HTML page; save the page anew, as HTML")
    start = message.get_param("start")
    root = next((one for one in pages if one.get("Content-ID") == start), pages[0])
    url = headers.get("snapshot-content-location") or str(root.get("Content-Location", "")).strip()
    html = read_html(_text(root))
    is_web = url.startswith(("http://", "https://"))
    yield file.page(
        html.text,
        title=html.title or headers.get("subject", ""),
        date=html.date or None,
        author=html.author,
        source=html.source or (urlsplit(url).hostname or "" if is_web else ""),
        extra={"url": url} if is_web else {},
    )


def _message(file: OpenedFile) -> Message:
    # The policy of old: the newer one parses headers as it reads them, and some make it fail.
    parser = email.parser.BytesParser(policy=email.policy.compat32)
    data = file.read(MAIL_MAX).lstrip(b"\xef\xbb\xbf\r\n")
    # A line of a mailbox before the headers.
    if data.startswith((b"From ", b">From ")):
        data = data.partition(b"\n")[2]
    return parser.parsebytes(data)


def _headers(message: Message) -> dict[str, str]:
    """The first header of each name, in lower case, as text on one line."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        found.setdefault(name.lower(), _header(str(value)))
    return found


def _header(value: str) -> str:
    """A header as it is read: encoded words decoded, bytes without an encoding guessed."""
    try:
        pieces = email.header.decode_header(_bytes(value).decode("utf-8"))
    except (UnicodeDecodeError, email.errors.HeaderParseError, ValueError):
        pieces = [(_bytes(value), None)]
    text = ""
    for piece, charset in pieces:
        text += piece if isinstance(piece, str) else _decoded(piece, charset or "")
    return squeeze(text)


def _bytes(value: str) -> bytes:
    """The bytes of a header, of which the parser keeps those beyond ASCII as surrogates."""
    return value.encode("utf-8", "surrogateescape")


def _decoded(data: bytes, charset: str) -> str:
    if charset.lower().startswith(("iso-2022", "utf-7", "hz")):
        # Encodings whose bytes are all ASCII, which everything else would take for text.
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return decode(data, declared=charset).text
    except BinaryError:
        return data.decode("utf-8", "replace")


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order; a mail that is attached is one of them."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += reversed(_inner(part))
        else:
            yield part


def _file_name(part: Message) -> str:
    """The name of an attachment; of its kind alone where it has none."""
    named = _SLASHES.sub("_", _header(part.get_filename() or "")).strip(" .")
    if part.get_content_type() in _MAIL_KINDS:
        return f"{(named or 'mail').removesuffix('.eml')}.eml"
    return named or f"part{mimetypes.guess_extension(part.get_content_type()) or ''}"


def _attachments(file: OpenedFile, attached: list[tuple[str, Message]]) -> Iterator[Page | Problem]:
    taken: set[str] = set()
    for name, part in attached:
        low = name.lower()
        kind = part.get_content_maintype()
        if (
            no_document(name, is_folder=False, beside=())
            or low.endswith(_NO_DOCUMENTS)
            or kind in ("image", "audio", "video", "font")
        ):
            continue
        stem, dot, suffix = name.rpartition(".")
        number = 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}{dot}{suffix}" if dot else f"{suffix}-{number}"
        taken.add(name)
        try:
            data = _data(part)
        except Exception as error:  # Python's package gives damaged mails back in many ways.
            why = f"{type(error).__name__}: {squeeze(str(error))}"
            yield file.problem(f"the attachment {name} cannot be unpacked ({why}); save it alone")
            continue
        yield from file.read_inside(name, io.BytesIO(data))


def _inner(part: Message) -> list[Message]:
    held = part.get_payload()
    return [one for one in held if isinstance(one, Message)] if isinstance(held, list) else []


def _data(part: Message) -> bytes:
    if part.is_multipart():
        # A mail that was forwarded whole; some programs pack that, as they should not.
        whole = b"".join(one.as_bytes() for one in _inner(part)).strip()
        if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
            return base64.b64decode(whole)
        return whole
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _text(part: Message) -> str:
    """The text of a part, whatever encoding it says that it has."""
    data = _data(part)
    charset = (part.get_content_charset("") or "").strip("'\" ")
    if part.get_content_type() == "text/html":
        charset = charset or declared_charset(data)
    return _decoded(data, charset).replace("\0", " ")


def _article(html: str) -> str:
    """The text of a mail in HTML; nothing where it holds none."""
    try:
        return read_html(html).text
    except InputError:
        return ""


def _senders(message: Message) -> str:
    """The names of who sent a mail, the address itself of who has no name."""
    # Taken apart before it is decoded: encoded, a name may have a comma.
    said = [str(value) for name, value in message.raw_items() if name.lower() == "from"][:1]
    people = (_header(name) or address for name, address in email.utils.getaddresses(said))
    return ", ".join(filter(None, people))


def _date(header: str) -> datetime.datetime | None:
    try:
        return email.utils.parsedate_to_datetime(header)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


MAIL = Reader("mail", (".eml",), read_mail, max_bytes=MAIL_MAX, isolate_above=0)
WEB_ARCHIVE = Reader(
    "web archive", (".mht", ".mhtml"), read_web_archive, max_bytes=MAIL_MAX, isolate_above=0
)
