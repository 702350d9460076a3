"""One station: Erlang's, Pollaczek and Khinchine's and Cobham's queues, and services at fixed moments."""

from __future__ import annotations

import numpy as np

from pathway.eventlog import DISPLACED, EventLog
from tests.theory import formulas
from tests.theory.intervals import Row, by_replications
from tests.theory.runs import DAY, SERVICE, Document, experiment, one_queue, present, sampled, waits, window


@experiment("M/M/3")
def several_servers(engine: str) -> list[Row]:
    """Mean wait, share who wait, share who wait over ten hours, mean number present: Erlang C.

    P(wait > t) = C exp(-(c mu - lambda) t), and by Little's law L = a + C rho / (1 - rho).
    40 replications of 6 years at a load of 0.6 a server, about 380,000 visits.  A wait shorter than the minute
    it ends in counts as none, which moves P(wait) by less than (c mu - lambda) x 1 min = 0.1 %.
    """
    servers, load, hours_10 = 3, 1.8, 600
    rate = load / SERVICE

    def statistics(log: EventLog) -> list[float]:
        found = waits(log)
        return [found.mean(), np.mean(found > 0), np.mean(found > hours_10), present(log, "service").mean()]

    waiting = formulas.erlang_c(servers, load)
    exact = [
        formulas.wait_mmc(rate, SERVICE, servers),
        waiting,
        waiting * np.exp(-(servers - load) / SERVICE * hours_10),
        load + waiting * load / (servers - load),
    ]
    measures = ["mean wait, min", "share who wait", "share who wait over 10 h", "mean number present"]
    found = sampled(one_queue(rate, servers), 40, engine, statistics)
    return [by_replications(*row) for row in zip(measures, exact, found, strict=True)]


@experiment("M/M/1")
def one_server(engine: str) -> list[Row]:
    """Mean wait and the variance of the number present (geometric: rho / (1 - rho)^2) of M/M/1.

    Kleinrock 1975, section 3.2; 100 replications of 6 years at a load of 0.6, about 310,000 visits.
    """
    rate = 0.6 / SERVICE
    found = sampled(
        one_queue(rate, 1), 100, engine, lambda log: [waits(log).mean(), np.mean((present(log, "service") - 1.5) ** 2)]
    )
    return [
        by_replications("mean wait, min", formulas.wait_mmc(rate, SERVICE, 1), found[0]),
        by_replications("variance of the number present", 0.6 / 0.4**2, found[1], width=0.15),
    ]


def _one_server(engine: str, duration: object, square: float, load: float) -> list[Row]:
    rate = load / SERVICE
    found = sampled(one_queue(rate, 1, duration=duration), 80, engine, lambda log: [waits(log).mean()])
    return [by_replications("mean wait, min", formulas.wait_mg1(rate, SERVICE, square), found[0])]


@experiment("M/D/1")
def constant_service(engine: str) -> list[Row]:
    """Mean wait with services of exactly 600 minutes: Pollaczek-Khinchine; 80 replications of 6 years, load 0.7."""
    return _one_server(engine, "600 min", SERVICE**2, 0.7)


@experiment("M/G/1, gamma")
def gamma_service(engine: str) -> list[Row]:
    """Mean wait with gamma services, shape 4 (variance a quarter of the squared mean); as M/D/1."""
    duration = {"gamma": {"shape": 4, "mean": "600 min"}}
    return _one_server(engine, duration, 1.25 * SERVICE**2, 0.7)


@experiment("M/G/1, lognormal")
def lognormal_service(engine: str) -> list[Row]:
    """Mean wait with lognormal services whose standard deviation is the mean; as M/D/1, at a load of 0.6."""
    duration = {"lognormal": {"mean": "600 min", "sd": "600 min"}}
    return _one_server(engine, duration, 2 * SERVICE**2, 0.6)


@experiment("M/G/1, turnover")
def turnover(engine: str) -> list[Row]:
    """Mean wait where 200 minutes of turnover follow each exponential service of 400, and two things are needed.

    The server is a room and a nurse, held together and always both free or both not; it serves for
    S + 200 minutes, whose mean square is 2 x 400^2 + 2 x 400 x 200 + 200^2.  80 replications, load 0.6.
    """
    duration = {"exponential": {"mean": "400 min"}}
    needs = {role: {"units": 1, "turnover": "200 min"} for role in ("room", "nurse")}
    document = one_queue(0.6 / SERVICE, 1, duration=duration, needs=needs) | {"resources": {"room": 1, "nurse": 1}}
    found = sampled(document, 80, engine, lambda log: [waits(log).mean()])
    square = 2 * 400**2 + 2 * 400 * 200 + 200**2
    return [by_replications("mean wait, min", formulas.wait_mg1(0.6 / SERVICE, SERVICE, square), found[0])]


@experiment("two priorities")
def priorities(engine: str) -> list[Row]:
    """Mean wait of urgent and routine patients at one server that interrupts nobody: Cobham 1954.

    Urgent patients (a quarter) are served for 400 minutes on average, routine ones for 600, both
    exponentially; 80 replications of 6 years at a load of 0.11 + 0.495, about 280,000 visits.
    """
    document = one_queue(
        1.1 / 1000,
        1,
        priority=[{"when": "urgent == yes", "value": 0}, {"value": 1}],
        duration=[
            {"when": "urgent == yes", "exponential": {"mean": "400 min"}},
            {"exponential": {"mean": "600 min"}},
        ],
    ) | {"attributes": {"urgent": {"kind": "yes_no", "draw": {"probability": 0.25}}}}

    def statistics(log: EventLog) -> list[float]:
        found, priority = waits(log), window(log, "service")["priority"]
        return [found[priority == 0].mean(), found[priority == 1].mean()]

    rates = [0.275 / 1000, 0.825 / 1000]
    exact = formulas.waits_by_priority(rates, [400.0, 600.0], [2 * 400.0**2, 2 * 600.0**2])
    found = sampled(document, 80, engine, statistics)
    measures = ["mean wait of urgent patients, min", "mean wait of routine patients, min"]
    return [by_replications(*row) for row in zip(measures, exact, found, strict=True)]


@experiment("preemptive priorities")
def preemptive(engine: str) -> list[Row]:
    """Mean wait of urgent and mean time in system of both where urgent patients displace others: White & Christie 1958.

    Preemptive-resume M/M/1: the urgent (two fifths) see M/M/1 of their own, W = rho / (1 - rho) x mean service, and the
    others lose time to all who come while they are there.  What is left goes on, so the order decides who waits and not
    how long the server is busy.  100 replications of 6 years at a load of 0.24 + 0.36, about 310,000 patients.
    """
    document = one_queue(
        0.6 / SERVICE, 1, priority=[{"when": "urgent == yes", "value": 0}, {"value": 1}], preempt="yes"
    ) | {"attributes": {"urgent": {"kind": "yes_no", "draw": {"probability": 0.4}}}}

    def statistics(log: EventLog) -> list[float]:
        found = window(log, "service")
        urgent = found["priority"] == 0
        first = urgent & (found["visit"] == 1)
        waited = (found["started_at"] - found["enqueued_at"])[first].mean()
        spent = np.asarray(found["ended_at"] - found["enqueued_at"], float)
        patients = [np.sum(which & (found["visit"] == 1)) for which in (urgent, ~urgent)]
        again = (found["outcome"] == DISPLACED).sum() / patients[1]
        return [waited, spent[urgent].sum() / patients[0], spent[~urgent].sum() / patients[1], again]

    rates = [0.24 / SERVICE, 0.36 / SERVICE]
    alone = formulas.wait_mmc(rates[0], SERVICE, 1)
    urgent, routine = formulas.sojourns_by_preemption(rates, SERVICE)
    found = sampled(document, 100, engine, statistics)
    return [
        by_replications("mean wait of urgent patients, min", alone, found[0]),
        by_replications("mean time in system of urgent patients, min", urgent, found[1]),
        by_replications("mean time in system of routine patients, min", routine, found[2]),
        by_replications("times a routine patient is displaced", rates[0] * SERVICE, found[3]),
    ]


@experiment("slots")
def slots(engine: str) -> list[Row]:
    """Mean wait for a daily clinic of three slots at 08:00: Bailey's bulk service queue (1954).

    2.4 patients a day come day and night; those left behind by the clinic number E[Q], the mean number
    waiting over the day is E[Q] + 2.4 / 2, and Little's law turns that into the wait.  Arrivals count from
    the whole minute, half a minute early on average; nobody starts but at 08:00 (`fits: session`).
    40 replications of 6 years, about 210,000 visits.
    """
    per_day = 2.4
    document: Document = one_queue(per_day / DAY, 3, duration="60 min", fits="session")
    document["resources"] = {"server": {"capacity": 3, "calendar": "clinic"}}
    document["calendars"] = {"clinic": "08:00-09:00"}

    def statistics(log: EventLog) -> list[float]:
        at_eight = window(log, "service")["started_at"] % DAY == 480
        return [waits(log).mean(), present(log, "service", waiting=True).mean(), at_eight.mean()]

    left = formulas.left_by_bulk_service(per_day, 3)
    found = sampled(document, 40, engine, statistics)
    return [
        by_replications("mean wait, min", (left / per_day + 0.5) * DAY, found[0]),
        by_replications("mean number waiting at midnight", left + per_day * 16 / 24, found[1]),
        by_replications("share who start at 08:00 sharp", 1.0, found[2]),
    ]
