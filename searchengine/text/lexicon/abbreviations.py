"""Abbreviations: the short forms of Vietnamese public life and what they stand for.

UBND matches ủy ban nhân dân and back. The table keeps to forms whose meaning is near certain;
``tt``, ``ct``, ``kh``, ``cp``, ``đt``, ``đu`` and ``tư`` are left out on purpose, for each has
three meanings or is a common syllable (thông tư, trung tâm, thị trấn; chủ tịch, công ty; đầu tư),
and inside a document number they are found as parts of it. What an expansion weighs in ranking is
decided in ``query``.
"""

from __future__ import annotations

from collections.abc import Sequence

from searchengine.text.lexicon.forms import Expansion, FormTable, Kind

#: Short form -> meanings, in lower-case canonical syllables with one space between them. Where
#: there are several meanings the first is the likeliest, and only from it is the way back taken.
#: A short form with a space is one that is written apart: TP.HCM, GD&ĐT, KT-XH.
ABBREVIATIONS: dict[str, tuple[str, ...]] = {
    # Party and front
    "bch": ("ban chấp hành",),
    "btv": ("ban thường vụ", "biên tập viên"),
    "bct": ("bộ chính trị", "bộ công thương"),
    "đcsvn": ("đảng cộng sản việt nam",),
    "tw": ("trung ương",),
    "ubkt": ("ủy ban kiểm tra",),
    "mttq": ("mặt trận tổ quốc", "mặt trận tổ quốc việt nam"),
    "mttqvn": ("mặt trận tổ quốc việt nam",),
    "mttq việt nam": ("mặt trận tổ quốc việt nam",),
    "ubmttq": ("ủy ban mặt trận tổ quốc",),
    "tncs": ("thanh niên cộng sản",),
    "đtn": ("đoàn thanh niên",),
    "đvtn": ("đoàn viên thanh niên",),
    "lhpn": ("liên hiệp phụ nữ",),
    "ccb": ("cựu chiến binh",),
    "lđlđ": ("liên đoàn lao động",),
    "cnxh": ("chủ nghĩa xã hội",),
    "xhcn": ("xã hội chủ nghĩa",),
    # State and law
    "ubnd": ("ủy ban nhân dân",),
    "hđnd": ("hội đồng nhân dân",),
    "đbqh": ("đại biểu quốc hội",),
    "tand": ("tòa án nhân dân",),
    "vksnd": ("viện kiểm sát nhân dân",),
    "csgt": ("cảnh sát giao thông",),
    "csđt": ("cảnh sát điều tra",),
    "cand": ("công an nhân dân",),
    "qđnd": ("quân đội nhân dân",),
    "qđ": ("quyết định", "quân đội"),
    "nđ": ("nghị định",),
    "nq": ("nghị quyết",),
    "ttg": ("thủ tướng",),
    "btc": ("ban tổ chức", "bộ tài chính"),
    "qlnn": ("quản lý nhà nước",),
    "cchc": ("cải cách hành chính",),
    "tthc": ("thủ tục hành chính",),
    "cbcc": ("cán bộ công chức",),
    "cbccvc": ("cán bộ công chức viên chức",),
    "cccd": ("căn cước công dân",),
    "cmnd": ("chứng minh nhân dân",),
    "gplx": ("giấy phép lái xe",),
    "qsdđ": ("quyền sử dụng đất",),
    "gpmb": ("giải phóng mặt bằng",),
    # Places
    "tp": ("thành phố",),
    "hcm": ("hồ chí minh",),
    "tphcm": ("thành phố hồ chí minh",),
    "tp hcm": ("thành phố hồ chí minh",),
    "tp hồ chí minh": ("thành phố hồ chí minh",),
    "tdp": ("tổ dân phố",),
    "kdc": ("khu dân cư",),
    "kcn": ("khu công nghiệp",),
    "đbscl": ("đồng bằng sông cửu long",),
    "vn": ("việt nam",),
    "lhq": ("liên hợp quốc", "liên hiệp quốc"),
    # Schools, science, health
    "thcs": ("trung học cơ sở",),
    "thpt": ("trung học phổ thông",),
    "đh": ("đại học", "đại hội"),
    "đhqg": ("đại học quốc gia",),
    "đh quốc gia": ("đại học quốc gia",),
    "cđ": ("cao đẳng", "công đoàn"),
    "sv": ("sinh viên",),
    "hssv": ("học sinh sinh viên",),
    "sgk": ("sách giáo khoa",),
    "gdđt": ("giáo dục và đào tạo", "giáo dục đào tạo"),
    "gd đt": ("giáo dục và đào tạo", "giáo dục đào tạo"),
    "khcn": ("khoa học và công nghệ", "khoa học công nghệ"),
    "kh cn": ("khoa học và công nghệ", "khoa học công nghệ"),
    "cntt": ("công nghệ thông tin",),
    "bhxh": ("bảo hiểm xã hội",),
    "bhyt": ("bảo hiểm y tế",),
    "bhtn": ("bảo hiểm thất nghiệp",),
    "bvđk": ("bệnh viện đa khoa",),
    # Work, economy, order
    "lđtbxh": ("lao động thương binh và xã hội", "lao động thương binh xã hội"),
    "lđ tb xh": ("lao động thương binh và xã hội", "lao động thương binh xã hội"),
    "lđtb xh": ("lao động thương binh và xã hội", "lao động thương binh xã hội"),
    "gtvt": ("giao thông vận tải",),
    "ptnt": ("phát triển nông thôn",),
    "ntm": ("nông thôn mới",),
    "dtts": ("dân tộc thiểu số",),
    "ktxh": ("kinh tế xã hội",),
    "kt xh": ("kinh tế xã hội",),
    "qpan": ("quốc phòng an ninh",),
    "qp an": ("quốc phòng an ninh",),
    "antt": ("an ninh trật tự",),
    "pccc": ("phòng cháy chữa cháy",),
    "atgt": ("an toàn giao thông",),
    "tngt": ("tai nạn giao thông",),
    "attp": ("an toàn thực phẩm",),
    "dn": ("doanh nghiệp",),
    "dnnn": ("doanh nghiệp nhà nước",),
    "htx": ("hợp tác xã",),
    "sxkd": ("sản xuất kinh doanh",),
    "tnhh": ("trách nhiệm hữu hạn",),
    "bđs": ("bất động sản",),
    "clb": ("câu lạc bộ",),
    "nsưt": ("nghệ sĩ ưu tú",),
    "nsnd": ("nghệ sĩ nhân dân",),
    "tdtt": ("thể dục thể thao",),
    "vhtt": ("văn hóa thông tin", "văn hóa thể thao"),
}


def expand(syllables: Sequence[str]) -> list[Expansion]:
    """Return the other forms of what stands in lower-case canonical ``syllables``, in text order.

    A form is found as the table writes it, or typed bare throughout (``hdnd``, ``uy ban nhan
    dan``).
    """
    return _TABLE.expand(syllables)


def _other_forms() -> dict[str, list[tuple[Kind, str]]]:
    """Every form of the table, short and full, and its other forms."""
    others: dict[str, list[tuple[Kind, str]]] = {}
    for short, meanings in ABBREVIATIONS.items():
        # A second wording of the same meaning would count its words twice.
        told = [m for m in meanings if m == meanings[0] or not _same_words(m, meanings[0])]
        others[short] = [("expansion", meaning) for meaning in told]
    for short, meanings in ABBREVIATIONS.items():
        twins = [s for s, m in ABBREVIATIONS.items() if s != short and m[0] == meanings[0]]
        others[short] += [("abbreviation", twin) for twin in twins if _is_pure(twin)]
        for meaning in meanings if _is_pure(short) else ():
            if _same_words(meaning, meanings[0]):
                others.setdefault(meaning, []).append(("abbreviation", short))
    return others


def _is_pure(short: str) -> bool:
    """Whether a short form spells out no word, so that it adds something beside its meaning."""
    return not set(short.split()) & set(ABBREVIATIONS[short][0].split())


def _same_words(one: str, other: str) -> bool:
    """Whether two meanings are wordings of one: the same words, or those and a few more."""
    few, many = sorted((set(one.split()), set(other.split())), key=len)
    return few <= many


_TABLE = FormTable(
    {
        tuple(form.split()): [(kind, tuple(other.split())) for kind, other in others]
        for form, others in _other_forms().items()
    }
)
