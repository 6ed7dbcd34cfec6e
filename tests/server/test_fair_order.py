"""Who runs when: quick calls before long ones, and each of these ahead in the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from searchengine.server.fair_order import (
    LONG_SECONDS,
    PATIENCE_SECONDS,
    SLICE_SECONDS,
    FairOrder,
    Turn,
)

#: Calls look whether to make way so often, in seconds.
STEP = 0.005


@dataclass(eq=False)
class Call(Turn):
    """A call that comes at a time and needs so many seconds."""

    came: float = 0.0
    needs: float = 0.0
    ended: float = field(default=0.0, init=False)


def run(*calls: Call, at_once: int = 1, parked: int = 15, until: float = 1000.0) -> None:
    """Let calls run on a clock of our own until all have ended, or the time is over."""
    order = FairOrder(at_once, parked)
    coming = sorted(calls, key=lambda call: call.came)
    running: dict[Turn, float] = {}
    left = {call: call.needs for call in calls}
    now = 0.0
    while left and now < until:
        while coming and coming[0].came <= now + 1e-9:
            order.come(coming.pop(0))
        while (turn := order.next(now)) is not None:
            running[turn] = now
        assert len(running) <= at_once
        now += STEP
        for turn in list(running):
            assert isinstance(turn, Call)
            left[turn] -= STEP
            if left[turn] < STEP / 2:
                del left[turn], running[turn]
                turn.ended = now
                order.end(turn, now)
            elif order.waiting and now >= turn.until and not order.may_go_on(turn, now):
                del running[turn]


def waited(call: Call) -> float:
    return call.ended - call.came - call.needs


def test_calls_run_in_the_order_in_which_they_came() -> None:
    calls = [Call(came=0.001 * number, needs=0.02) for number in range(5)]
    run(*calls)
    assert sorted(calls, key=lambda call: call.ended) == calls


def test_a_quick_call_waits_a_slice_at_most_for_a_long_one() -> None:
    long = Call(came=0.0, needs=5.0)
    early, late = Call(came=STEP, needs=0.01), Call(came=2.0, needs=0.01)
    run(long, early, late)
    assert waited(early) <= SLICE_SECONDS + STEP
    assert waited(late) <= 2 * STEP, "it has had its slice, so it makes way at once"
    assert waited(long) <= 0.02 + STEP


def test_quick_calls_wait_little_among_ten_long_ones() -> None:
    long = [Call(came=0.0, needs=2.0) for _ in range(10)]
    quick = [Call(came=1.0 + 0.05 * number, needs=0.01) for number in range(100)]
    run(*long, *quick)
    assert max(map(waited, quick)) <= SLICE_SECONDS + 3 * STEP


def test_long_calls_end_one_after_the_other_and_not_all_at_the_end() -> None:
    long = [Call(came=0.001 * number, needs=2.0) for number in range(5)]
    run(*long)
    ends = [call.ended for call in long]
    assert ends == sorted(ends)
    assert ends[0] <= 2.0 + 5 * LONG_SECONDS
    assert ends[1] - ends[0] > 1.0


def test_one_that_needs_a_little_more_than_a_slice_goes_before_long_ones() -> None:
    long = [Call(came=0.0, needs=5.0) for _ in range(3)]
    medium = Call(came=3.0, needs=0.2)
    run(*long, medium)
    assert waited(medium) <= 2 * STEP


def test_a_long_call_gets_ahead_although_fresh_ones_always_wait() -> None:
    long = Call(came=0.0, needs=1.0)
    quick = [Call(came=0.01 * number, needs=0.02) for number in range(1000)]
    run(long, *quick)
    share = SLICE_SECONDS / (SLICE_SECONDS + PATIENCE_SECONDS)
    assert 0.8 * 1.0 / share <= long.ended <= 1.3 * 1.0 / share


def test_each_of_several_gets_ahead_although_fresh_ones_always_wait() -> None:
    long = [Call(came=0.0, needs=10.0) for _ in range(3)]
    quick = [Call(came=0.01 * number, needs=0.02) for number in range(1000)]
    run(*long, *quick, until=6.0)
    assert all(call.used > 2 * SLICE_SECONDS for call in long)
    assert max(call.used for call in long) < 0.7


def test_no_more_are_begun_than_there_are_places() -> None:
    long = [Call(came=0.0, needs=1.0) for _ in range(3)]
    quick = Call(came=0.5, needs=0.01)
    run(*long, quick, parked=2)
    # All three places are taken, so it begins when one of them has ended.
    assert quick.ended > min(call.ended for call in long)
    assert quick.ended < sorted(call.ended for call in long)[1]


def test_without_places_for_others_nobody_makes_way() -> None:
    first, second = Call(came=0.0, needs=1.0), Call(came=STEP, needs=0.01)
    run(first, second, parked=0)
    assert (first.ended < second.ended, round(waited(first), 6)) == (True, 0.0)


def test_two_may_run_at_once() -> None:
    long = [Call(came=0.0, needs=1.0) for _ in range(2)]
    quick = Call(came=0.5, needs=0.01)
    run(*long, quick, at_once=2)
    assert waited(quick) <= 2 * STEP
    assert min(map(waited, long)) <= STEP, "only one of them has made way"


def test_who_gives_up_is_passed_over() -> None:
    order = FairOrder(1, 5)
    first, second, third = Turn(), Turn(), Turn()
    for turn in (first, second, third):
        order.come(turn)
    assert order.next(0.0) is first
    assert order.next(0.0) is None
    order.give_up(second)
    assert not order.may_go_on(first, 1.0)
    assert order.next(1.0) is third
    order.give_up(first)
    assert not order.waiting
    order.end(first, 1.1)
    order.end(third, 1.2)
    assert order.next(1.3) is None
