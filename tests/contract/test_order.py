"""The total order of waiting requests: priority, enqueued_at, arrival, stream name, index, state name."""

from __future__ import annotations

from tests.models import held, run, starts, visits

# The room is taken until minute 100; then one patient starts every ten minutes, in the order of the queue.
ONE_ROOM = """
    resources: {room: 1}
    states:
      scan:
        kind: activity
        duration: [{when: "stream == first", value: 100 min}, {value: 10 min}]
        priority: [{when: "stream == urgent", value: 1}, {value: 2}]
        needs: {room: 1}
        to: out
      slow_in: {kind: start, stream: slow, to: stroll}
      stroll: {kind: delay, duration: 9 min, to: scan}
      brisk_in: {kind: start, stream: brisk, to: hurry}
      hurry: {kind: delay, duration: 3 min, to: scan}
      late_in: {kind: start, stream: late, to: doze}
      doze: {kind: delay, duration: 50 min, to: scan}
    streams: {urgent: {per_year: 0}}
    """


def order(engine: str, **arrivals: list[int]) -> list[int]:
    """Give the cases in the order in which they get the room."""
    log = run(engine, ONE_ROOM, 0, first=[0], **arrivals)
    return [case for case, _, _ in held(log, "room")][1:]


def test_priority_comes_first(engine: str) -> None:
    """A smaller number goes first, however late it comes."""
    assert order(engine, gp=[1, 2], urgent=[50]) == [3, 1, 2]


def test_then_the_earlier_enqueued(engine: str) -> None:
    """Of one priority, who joined the queue first goes first, whoever came to the hospital first."""
    assert order(engine, late=[1], gp=[2]) == [2, 1]


def test_then_the_earlier_arrival(engine: str) -> None:
    """Joined in the same minute (10): who came at 1 goes before who came at 7, though `slow` follows `brisk`."""
    assert order(engine, brisk=[7], slow=[1]) == [1, 2]


def test_then_the_name_of_the_stream(engine: str) -> None:
    """Arrived and joined together: streams in the order of their names, not of the file."""
    assert order(engine, zebra=[5], ant=[5]) == [1, 2]
    log = run(engine, ONE_ROOM, first=[0], zebra=[5], ant=[5])
    assert [log.vocabulary.streams[stream] for stream in log.cases["stream"]] == ["first", "ant", "zebra"]


def test_then_the_index_within_the_stream(engine: str) -> None:
    """Of one stream and one minute, in the order of their numbers."""
    assert order(engine, gp=[5, 5, 5]) == [1, 2, 3]


def test_then_the_name_of_the_state(engine: str) -> None:
    """One patient asks twice in one minute for one room: the state whose name comes first starts first."""
    model = """
        resources: {room: 1}
        states:
          both: {kind: fork, branches: [mri, ct], join: met}
          mri: {kind: activity, duration: 10 min, needs: {room: 1}, to: met}
          ct: {kind: activity, duration: 10 min, needs: {room: 1}, to: met}
          met: {kind: join, to: out}
        """

    log = run(engine, model, gp=[0])

    assert (starts(log, "ct"), starts(log, "mri")) == ({0: 0}, {0: 10})


TWO_QUEUES = """
    calendars: {day: "08:00-17:00"}
    resources: {room: {capacity: 1, calendar: day}}
    states:
      block: {kind: activity, duration: 100 min, needs: {room: 1}, to: out}
      ct: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}
      mri: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}
      ct_in: {kind: start, stream: c, to: ct}
      mri_in: {kind: start, stream: m, to: mri}
    """


def test_a_pass_merges_the_queues_that_share_a_resource(engine: str) -> None:
    """One room, two queues: patients start in the order in which they joined, whichever queue it was."""
    log = run(engine, TWO_QUEUES, first=[480], m=[481, 484], c=[482, 483])

    assert [case for case, _, _ in held(log, "room")] == [0, 1, 2, 3, 4]


def test_a_pass_starts_several_in_order(engine: str) -> None:
    """Three rooms open at once: the three first of both queues start, the fourth waits."""
    three_rooms = TWO_QUEUES.replace("capacity: 1", "capacity: 3")

    log = run(engine, three_rooms, first=[], m=[1, 4, 5], c=[2])

    assert starts(log, "mri") == {0: 480, 2: 480, 3: 490}
    assert starts(log, "ct") == {1: 480}


def test_priority_is_settled_on_joining(engine: str) -> None:
    """A rule on the time since arrival counts at the moment of joining, however long the wait then is."""
    model = """
        resources: {room: 1}
        states:
          scan:
            kind: activity
            duration: [{when: "stream == first", value: 100 min}, {value: 10 min}]
            priority:
              - {when: since(late_in) >= 10 min, value: 0}
              - {when: since(gp_in) >= 10 min, value: 0}
              - {value: 1}
            needs: {room: 1}
            to: out
          late_in: {kind: start, stream: late, to: doze}
          doze: {kind: delay, duration: 12 min, to: scan}
        """

    log = run(engine, model, first=[0], gp=[1], late=[1])

    assert starts(log, "scan") == {0: 0, 1: 110, 2: 100}
    assert log.visits["priority"][log.visits["enqueued_at"] == 13].tolist() == [0]
    assert [row[1] for row in visits(log, "scan")] == [0, 1, 13]
