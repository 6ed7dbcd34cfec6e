"""The word segmenter gives pyvi's words, whatever the text, and nothing of pyvi runs for it."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import pyvi
from hypothesis import given, settings
from hypothesis import strategies as st
from pyvi.ViTokenizer import ViTokenizer

from searchengine.errors import InputError, SegmenterError
from searchengine.text import canonical_tones
from searchengine.text.segmentation import crf, pyvi_model
from searchengine.text.segmentation.pyvi_tokens import pieces, tokens_of
from searchengine.text.segmentation.segmenter import NEWLINE_TYPE, Segmenter

# The package of the same name holds the function of the same name.
segmentation = sys.modules["searchengine.text.segmentation.segmenter"]
segment = segmentation.segment

PLAIN = "Sáng nay, đảng viên khu phố 3 dự lễ kỷ niệm ngày thành lập trường đại học Cần Thơ."
TEXTS = {
    "empty": "",
    "white space": " \t \u3000\u2028\x1c ",
    "one token": "huyện",
    "one sign": "?",
    "plain": PLAIN,
    "capitals": "NGHỊ QUYẾT CỦA HỘI ĐỒNG NHÂN DÂN Thành Phố Hà Nội VỀ giáo Dục",
    "digits": "năm 2023 tăng 1.250,5 tỷ 1_000 đồng, 12/03/2021; 5G 4.0 ² ½ Ⅷ ٣ bằng 1_2a 1._2 1.",
    "addresses": "xem https://tinhdoan.vn/tin-tuc?id=5&p=2#a ftp://x a://b http:// :// rồi đăng ký",
    "e-mail": "thư về van.phong@quan-3.hcm.gov.vn hoặc a_b+c@d.e, é@b.cé @ a@b@c.d .@.-. X.Y@z.vn",
    "abbreviations": "TP.HCM, Tp. Huế, ThS. Lan, Mr. Nam, Mrs. Mrs ĐH. U.B.N.D. ông Đ. Đ.",
    "arrows": "nhà ==> trường -> lớp --> >> >>> ... .... ..... = = > cơ quan",
    "signs": '()[]{}\'"!?,.;:%&*+/<=>@\\^_`|~# “học sinh” – ‘sinh viên’ … ® ™ \'\' "" {| |} !" ()',
    "underscores": "_ __ học_sinh sinh_ _viên _ đất_ _nước a_b_c 5_ _5",
    "line feeds": "\nthành\nphố\n\nHồ Chí\nMinh\n đất \n nước\n",
    "NFD": unicodedata.normalize("NFD", PLAIN),
    "loose marks": "e\u0302\u0301 \u0301a =\u0338 \u0344 \u1100\u1161 \u0958 \u212b \u1e9b\u0323",
    "both tone placements": "hoà bình hòa bình uỷ ban ủy ban thuỷ lợi thủy lợi",
    "other scripts": "ΑΣ ΣΑΣ Σ İstanbul ß ǅ Москва 東京都 한국 ไทย हिन्दी १२ đại học",
    "emoji": "vui quá 😀😀 👩‍👩‍👧 🇻🇳 ❤️ đất nước",
    "invisible": "đất\u200bnước đất\u00adnước \ufeff đất\u00a0nước",
    "controls": "\x00 a\x00b http://a\x00b đất \x01 nước \x7f \x85 nhà \r trường",
}


def by_pyvi(text: str) -> list[str]:
    words: list[str] = ViTokenizer.tokenize(text).split()
    return words


@pytest.mark.parametrize("name", TEXTS)
def test_equals_pyvi(name: str) -> None:
    assert segment([TEXTS[name]]) == [by_pyvi(TEXTS[name])]


def test_joins_the_syllables_of_a_word() -> None:
    assert segment(["Học sinh đi học."]) == [["Học_sinh", "đi", "học", "."]]


def test_a_batch_equals_its_texts_one_by_one() -> None:
    texts = list(TEXTS.values())
    assert segment(texts) == [by_pyvi(text) for text in texts]


def test_white_space_holds_no_word() -> None:
    assert segment(["", " \n\t\n "]) == [[], []]
    assert segment([]) == []


def test_texts_may_come_from_an_iterator() -> None:
    assert segment(iter(["nhà trường", "học sinh"])) == [["nhà_trường"], ["học_sinh"]]


def test_a_single_string_is_refused() -> None:
    with pytest.raises(InputError, match="list of texts"):
        segment("nhà trường")


def test_a_text_never_joins_the_one_before_it() -> None:
    # The model would have the first syllable of the second text continue a word.
    texts = ["dân tộc", "thiểu số", "", "thiểu"]
    assert segment(texts) == [by_pyvi(text) for text in texts]
    assert not Segmenter().segment_types(texts).joined[[0, 2, 4]].any()


def test_a_syllable_may_be_joined_to_a_line_feed_and_keeps_pyvis_underscore() -> None:
    texts = ["vùng\nthiểu số", "nhà"]
    assert segment(texts) == [by_pyvi(text) for text in texts] == [["vùng", "_thiểu_số"], ["nhà"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\ud800", ["\ud800"]),
        ("đất nước\udfff", ["đất_nước", "\udfff"]),
        ("nhà\ud83dtrường", ["nhà", "\ud83d", "trường"]),
        ("http://a\udc00b", ["http://a\udc00b"]),
    ],
)
def test_a_lone_surrogate_which_pyvi_refuses_is_a_sign(text: str, words: list[str]) -> None:
    assert segment([text]) == [words]


SYLLABLES = """
đất nước nhân dân học sinh chi bộ khu phố Hồ Chí Minh Việt Nam hợp tác xã chủ nghĩa ủy ban đại hội
công an thành phố Ủy Ban NHÂN DÂN và của là 5 2022 1.000 5B Tp. ĐH. ... -> http://a.vn x@y.vn _ a_b
, . ( ) “ ” % - / : ; ? ! ' "
"""
WORDY = st.lists(st.sampled_from([*SYLLABLES.split(), "\n", "\x00"]), max_size=40).map(" ".join)
SIGNS = st.text(st.sampled_from("aAđĐ1_.,@-:/=> \n'\"()eẽ\u0301²ΣTp"), max_size=30)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(WORDY, SIGNS, ANY), max_size=4))
def test_equals_pyvi_on_any_text(texts: list[str]) -> None:
    assert segment(texts) == [by_pyvi(text) for text in texts]


@settings(max_examples=300, deadline=None)
@given(st.one_of(SIGNS, ANY))
def test_pieces_hold_pyvis_tokens(text: str) -> None:
    _, expected = ViTokenizer.sylabelize(text)
    assert [token for piece in pieces(text) for token in tokens_of(piece)] == expected


@pytest.mark.parametrize(
    ("piece", "count"),
    [
        ("a-" * 100_000, 200_000),
        ("a-" * 100_000 + "@", 200_001),
        ("a@" * 100_000, 200_000),
        ("a.b@c.d" * 30_000, 30_003),
    ],
)
def test_a_long_run_of_signs_is_cut_in_linear_time(piece: str, count: int) -> None:
    # Quadratic time would be minutes.
    assert len(segment([piece])[0]) == count


def test_long_runs_of_marks_compose_in_linear_time() -> None:
    marks = "ô" + "\u0323\u0301" * 200
    assert tokens_of(marks) == ViTokenizer.sylabelize(marks)[1]
    assert len(segment([marks * 300])[0]) > 300


class TestSegmenter:
    def test_arrays_hold_what_the_words_are_made_of(self) -> None:
        texts = ["Nhân dân thành phố.", "", "Học sinh"]
        batch = Segmenter().segment_types(texts)
        assert batch.types[batch.ids].tolist() == [
            "Nhân",
            "dân",
            "thành",
            "phố",
            ".",
            "Học",
            "sinh",
        ]
        assert batch.bounds.tolist() == [0, 5, 5, 7]
        assert batch.joined.tolist() == [False, True, False, True, False, False, True]
        assert (batch.ids.dtype, batch.bounds.dtype) == (np.int32, np.int64)

    def test_word_spans_pass_over_line_feeds(self) -> None:
        batch = Segmenter().segment_types(["\nhọc sinh\n\nđi học\n"])
        first, last = batch.word_spans()
        spans = zip(first.tolist(), last.tolist(), strict=True)
        words = ["_".join(batch.types[batch.ids[a : b + 1]]) for a, b in spans]
        assert words == ["học_sinh", "đi", "học"]
        assert (batch.ids == NEWLINE_TYPE).sum() == 4

    def test_no_text_gives_empty_arrays(self) -> None:
        for texts in ([], [""], ["", " "]):
            batch = Segmenter().segment_types(texts)
            assert (len(batch.ids), batch.words()) == (0, [[] for _ in texts])
            assert [len(span) for span in batch.word_spans()] == [0, 0]

    def test_a_type_keeps_its_number(self) -> None:
        segmenter = Segmenter()
        before = segmenter.segment_types(["đất nước", "nhà"])
        after = segmenter.segment_types(["nhà trường nước đất"])
        assert after.types[before.ids].tolist() == ["đất", "nước", "nhà"]
        assert set(before.ids.tolist()) <= set(after.ids.tolist())

    def test_canonical_spelling_comes_before_the_model_and_once_a_token(self) -> None:
        asked = []

        def canonical(token: str) -> str:
            asked.append(token)
            return canonical_tones(token)

        segmenter = Segmenter(canonical)
        assert segmenter.segment(["uỷ ban", "ủy ban", "uỷ ban"]) == [["ủy_ban"]] * 3
        assert len(asked) == len(set(asked))

    def test_batches_are_cut_between_texts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(segmentation, "BATCH_CHARACTERS", 20)
        texts = [PLAIN, "", "học sinh", "đi học", "nhà trường", PLAIN]
        segmenter = Segmenter()
        assert len(list(segmenter.batches(texts))) > 2
        assert segmenter.segment(texts) == [by_pyvi(text) for text in texts]
        assert segmenter.segment_types(texts).words() == [by_pyvi(text) for text in texts]

    def test_forgetting_pieces_changes_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        segmenter = Segmenter()
        before = [segmenter.segment_types([text]) for text in TEXTS.values()]
        monkeypatch.setattr(segmentation, "_MEMO_PIECES", 2)
        for text, batch in zip(TEXTS.values(), before, strict=True):
            assert np.array_equal(segmenter.segment_types([text]).ids, batch.ids)

    def test_threads_may_share_one(self) -> None:
        texts = [f"nhà{k}, trường{k}/học{k} (sinh{k})." for k in range(1000)]
        expected = Segmenter().segment(texts)
        shared = Segmenter()
        batches = [texts[start::8] for start in range(8)]
        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-6)
        try:
            with ThreadPoolExecutor(8) as pool:
                found = list(pool.map(shared.segment, batches))
        finally:
            sys.setswitchinterval(interval)
        assert found == [expected[start::8] for start in range(8)]

    def test_texts_too_near_a_tie_are_decoded_as_crfsuite_does(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def all_open(
            lead: crf.Floats, bounds: crf.Indices, transition: crf.Floats
        ) -> tuple[crf.Bools, crf.Indices]:
            return np.zeros(len(lead), np.bool_), np.arange(len(bounds) - 1)

        monkeypatch.setattr(segmentation, "decode", all_open)
        texts = list(TEXTS.values())
        assert Segmenter().segment(texts) == [by_pyvi(text) for text in texts]

    def test_the_shared_one_is_replaced_when_it_has_grown(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        segment(["nhà trường"])
        grown = segmentation._shared
        monkeypatch.setattr(segmentation, "_SHARED_CHARACTERS", 1)
        assert segment(["nhà trường"]) == [["nhà_trường"]]
        assert segmentation._shared is not grown


class TestDecode:
    # Quarters make ties frequent and sums exact; the first transitions attract, the second repel.
    SCORES = st.integers(-8, 8).map(lambda quarters: quarters / 4)
    SEQUENCES = st.lists(
        st.lists(st.tuples(SCORES, SCORES), min_size=1, max_size=12), min_size=1, max_size=5
    )
    TRANSITIONS = st.tuples(SCORES, SCORES, SCORES, SCORES)

    @settings(max_examples=500, deadline=None)
    @given(SEQUENCES, TRANSITIONS)
    def test_arrays_agree_with_viterbi_but_for_ties(
        self,
        sequences: list[list[tuple[float, float]]],
        weights: tuple[float, float, float, float],
    ) -> None:
        transition = np.array(weights).reshape(2, 2)
        states = np.array([state for sequence in sequences for state in sequence])
        bounds = np.cumsum([0] + [len(sequence) for sequence in sequences])
        labels, open_cases = crf.decode(states[:, 1] - states[:, 0], bounds, transition)
        for k, sequence in enumerate(sequences):
            if k not in open_cases:
                expected = crf.viterbi(sequence, transition)
                assert labels[bounds[k] : bounds[k + 1]].tolist() == expected

    def test_a_tie_is_left_open(self) -> None:
        no_preference = np.zeros((2, 2))
        lead, bounds = np.array([1.0, 0.0, -1.0, 2.0]), np.array([0, 3, 4])
        labels, open_cases = crf.decode(lead, bounds, no_preference)
        assert open_cases.tolist() == [0]
        assert labels[3]

    def test_a_long_run_of_open_tokens_is_left_open(self) -> None:
        attraction = np.array([[5.0, 0.0], [0.0, 5.0]])
        lead = np.full(300, 0.001)
        assert crf.decode(lead, np.array([0, 300]), attraction)[1].tolist() == [0]
        labels, open_cases = crf.decode(lead[:50], np.array([0, 50]), attraction)
        assert (labels.all(), len(open_cases)) == (True, 0)

    def test_viterbi_gives_ties_to_the_first_label(self) -> None:
        assert crf.viterbi([(0.0, 0.0)] * 3, np.zeros((2, 2))) == [False] * 3
        assert crf.viterbi([], np.zeros((2, 2))) == []

    def test_viterbi_follows_the_transitions(self) -> None:
        alternate = np.array([[-1.0, 1.0], [1.0, -1.0]])
        assert crf.viterbi([(0.0, 0.5), (0.0, 0.0), (0.0, 0.0)], alternate) == [True, False, True]


@pytest.fixture(scope="module")
def crfsuite() -> bytes:
    pickled = (Path(pyvi.__file__).parent / "models" / "pyvi3.pkl").read_bytes()
    return pyvi_model.crfsuite_bytes(pickled)


class TestModelFiles:
    def test_the_model_is_read_as_crfsuite_reads_it(self) -> None:
        model = pyvi_model.load_model().crf
        assert model.labels == ("B_W", "I_W")
        assert len(model.attributes) == len(model.state) == 6335
        assert model.transition.shape == (2, 2)

    def test_nothing_of_pyvi_is_imported(self) -> None:
        code = (
            "import sys; from searchengine.text import segment; segment(['học sinh']);"
            "print({'pyvi', 'sklearn', 'sklearn_crfsuite', 'pycrfsuite', 'scipy'} & {*sys.modules})"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (done.stdout.strip(), done.stderr) == ("set()", "")

    def test_pyvi_missing_is_said_with_the_remedy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pyvi_model, "find_spec", lambda name: None)
        with pytest.raises(SegmenterError, match="pip install pyvi"):
            pyvi_model.load_model.__wrapped__()

    def test_model_files_missing_are_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(name: str) -> None:
            raise ValueError(f"{name}.__spec__ is None")

        monkeypatch.setattr(pyvi_model, "find_spec", fail)
        with pytest.raises(SegmenterError, match="pip install pyvi"):
            pyvi_model.load_model.__wrapped__()
        monkeypatch.setattr(pyvi_model, "find_spec", lambda name: sys.modules["json"].__spec__)
        with pytest.raises(SegmenterError, match="pip install pyvi"):
            pyvi_model.load_model.__wrapped__()

    @pytest.mark.parametrize("pickled", [b"", b"X\x08\0\0\0lCRF\xff\xff\xff\xff", b"no model"])
    def test_a_pickle_without_a_model_is_said(self, pickled: bytes) -> None:
        with pytest.raises(SegmenterError):
            pyvi_model.crfsuite_bytes(pickled)

    @pytest.mark.parametrize("size", [0, 10, 48, 1_000, 300_000, -1])
    def test_a_cut_model_is_said(self, crfsuite: bytes, size: int) -> None:
        with pytest.raises(SegmenterError):
            crf.read_crfsuite(crfsuite[:size])

    def test_another_model_is_said(self) -> None:
        model = pyvi_model.load_model().crf
        other = crf.CrfModel(("B", "I"), model.attributes, model.state, model.transition)
        with pytest.raises(SegmenterError, match="another kind"):
            pyvi_model.build_model(other, "")

    @settings(max_examples=150, deadline=None)
    @given(data=st.data())
    def test_a_damaged_model_is_read_or_refused(self, crfsuite: bytes, data: st.DataObject) -> None:
        header = st.integers(0, 47)
        place = data.draw(st.one_of(header, st.integers(0, len(crfsuite) - 4)))
        damage = data.draw(st.binary(min_size=4, max_size=4))
        damaged = crfsuite[:place] + damage + crfsuite[place + 4 :]
        with suppress(SegmenterError):
            crf.read_crfsuite(damaged)


def test_leads_on_arrays_are_those_of_the_scores_added_one_by_one() -> None:
    model = pyvi_model.load_model()
    text = "Liên hiệp hợp tác xã nông nghiệp ỦY BAN nhân dân 3 A xã hội chủ nghĩa thiểu"
    tokens = [*text.split(), "\x00", "\n", "số"]
    own, after, before = np.array([model.token_leads(token) for token in tokens]).T
    own[1:] += after[:-1]
    own[:-1] += before[1:]
    numbers = [model.compounds.number.get(token.lower(), 0) for token in tokens]
    model.add_compounds(own, np.array(numbers))
    states = np.array(model.states(tokens))
    assert own == pytest.approx(states[:, 1] - states[:, 0], abs=1e-12)


def test_compounds_are_the_lines_of_two_and_three_syllables() -> None:
    entries = "nhà\nđất nước\nhợp tác\nhợp tác xã\ntác hợp\nthiên hạ thái bình\n"
    compounds = pyvi_model.Compounds(entries)
    text = "đất nước hợp tác xã nước đất tác hợp tác thiên hạ thái bình"
    numbers = np.array([compounds.number.get(word, 0) for word in text.split()])
    words = text.split()
    pairs = [" ".join(words[at : at + 2]) for at in compounds.pairs(numbers)]
    triples = [" ".join(words[at : at + 3]) for at in compounds.triples(numbers)]
    assert pairs == ["đất nước", "hợp tác", "tác hợp", "hợp tác"]
    assert triples == ["hợp tác xã"]
    assert all(entry in compounds for entry in [*pairs, *triples])
    assert "nước đất" not in compounds
