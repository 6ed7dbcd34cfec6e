"""Texts of many kinds, by which it is measured how large the numbers in a network become."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

_SENTENCES = (
    "Ủy ban nhân dân phường thông báo lịch tiêm vắc xin cho trẻ em dưới năm tuổi trong tháng này.",
    "Người lao động nghỉ việc phải báo trước cho công ty ít nhất ba mươi ngày.",
    "Đại hội chi bộ khu phố bầu ban chi ủy mới gồm bảy đồng chí, nhiệm kỳ 2025–2027.",
    "Quán nằm trong hẻm nhỏ, nước dùng thanh, bánh phở mềm nhưng phục vụ hơi chậm.",
    "Thuốc này uống sau khi ăn, mỗi ngày hai lần; không dùng cho phụ nữ có thai.",
    "Sinh viên đăng ký học phần trực tuyến từ ngày 15/8 đến hết ngày 20/8.",
    "Sông Hương bắt nguồn từ dãy Trường Sơn, chảy qua thành phố Huế rồi đổ ra biển.",
    "Theo Điều 12, hợp đồng vô hiệu khi một bên bị lừa dối, đe dọa hoặc cưỡng ép.",
    "Giá vàng trong nước sáng nay tăng 500.000 đồng mỗi lượng so với hôm qua.",
    "Đội chủ nhà thắng 2–1 nhờ bàn thắng ở phút bù giờ của tiền đạo vào sân thay người.",
    "Làm sao để trẻ bớt sốt mà không phải vào bệnh viện?",
    "thu tuc dang ky ket hon o phuong can giay to gi",
    "Căn hộ hai phòng ngủ, đầy đủ nội thất, gần trường học và chợ, cho thuê dài hạn.",
    "Nông dân xã chuyển hai mươi héc ta lúa kém hiệu quả sang trồng sen kết hợp nuôi cá.",
    "Máy chủ trả về lỗi 503 khi số kết nối vượt quá giới hạn đã đặt.",
    "The committee will publish its annual report before the end of March.",
    "Mix the flour with warm water, then let the dough rest for an hour.",
    "ĐẢNG BỘ THÀNH PHỐ TỔ CHỨC HỘI NGHỊ TỔNG KẾT CÔNG TÁC NĂM",
    "Điện thoại: 0243 999 888 – E-mail: lienhe@vidu.vn – Website: www.vidu.vn",
    "Ca sĩ phát hành đĩa nhạc mới sau ba năm vắng bóng, với tám bài do chính cô sáng tác.",
)


def sample_texts() -> Iterator[str]:
    """Yield each sentence as a query, and passages of several in turn."""
    for one in _SENTENCES:
        yield f"query: {one}"
    for first in range(len(_SENTENCES)):
        turned = (*_SENTENCES[first:], *_SENTENCES[:first])
        yield "passage: " + " ".join(islice(turned, 1 + first % 9))
