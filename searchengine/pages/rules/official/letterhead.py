"""The fixed lines that open a paper: the national title with its motto, the header of Party papers.

The form of Decree 30/2020/NĐ-CP (annex I), and of Circular 01/2011/TT-BNV before it, has the
national title at the right and the issuing body at the left; Party papers (Guide 36-HD/VPTW) have
the name of the Party at the right, papers of the Youth Union that of the Union.
"""

from __future__ import annotations

import re

#: The national title; a narrow column breaks it, and its end may stand beside the left column's.
NATION = re.compile(
    r"C[ỘỌ]NG\s+H(?:ÒA|OÀ)\s+X(?:Ã\s+HỘI(?:\s+CHỦ\s+NGHĨA(?:\s+VIỆT\s+NAM)?)?|HCN\s+VIỆT\s+NAM)",
    re.IGNORECASE,
)
NATION_END = re.compile(
    r"(?:CHỦ\s+NGHĨA\s+VIỆT\s+NAM|(?<=[ \t|]{2})VIỆT\s+NAM|^VIỆT\s+NAM)(?=[ \t|]*$)", re.M
)
_DASH = r"\s{0,20}[^\w\s]{0,3}\s{0,20}"
MOTTO = re.compile(rf"Độc\s+lập{_DASH}Tự\s+do{_DASH}Hạnh\s+phúc", re.IGNORECASE)
#: The header of a Party paper stands alone at the right: only the place and date may follow it.
PARTY = re.compile(r"ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM(?=[ \t|]*(?:$|\S[^\n]{0,60},\s*ngày))", re.M)
UNION = re.compile(
    r"ĐOÀN\s+(?:TNCS|THANH\s+NIÊN\s+CỘNG\s+SẢN)\s+HỒ\s+CHÍ\s+MINH"
    r"(?=[ \t|]*(?:$|\S[^\n]{0,60},\s*ngày))",
    re.M,
)
