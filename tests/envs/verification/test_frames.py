import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlvr.envs.verification.frames import HEADER, Frames, decode, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON, max_size=5), st.lists(st.integers(1, 9)))
def test_frames_come_out_as_they_went_in_wherever_the_stream_is_cut(messages, cuts):
    stream = b"".join(encode(message) for message in messages)
    frames = Frames()
    taken = []
    for size in [*cuts, len(stream) + 1]:
        frames.feed(stream[:size])
        stream = stream[size:]
        while (body := frames.take()) is not None:
            taken.append(decode(body))
    assert taken == messages
    assert frames.take() is None


def test_a_frame_that_is_too_long_is_refused_before_it_has_arrived():
    frames = Frames(most=10)
    frames.feed(HEADER.pack(11))
    with pytest.raises(ValueError, match="at most 10 bytes, actually: 11"):
        frames.take()
