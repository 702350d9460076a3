/* The benchmark's network as one loop written by hand: no model, no names, nothing that this network does not need.
 *
 * It is the floor under every engine: a heap of events, a ring of waiting patients for each station and class, random
 * numbers of its own, and who, where, asked, began and ended of each visit written into five arrays.  Times are in days.
 * Only floor.py calls it. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { STATIONS = 6, WAYS = 3, CLASSES = 2, EVENTS = 64, URGENT = 0, ROUTINE = 1 };
enum { ARRIVAL = -1, BURST = -2, AWAY = -1 };  /* in the place of a station */

typedef struct { double at, asked, began; int32_t who; int16_t where, class; } Event;
typedef struct { double asked; int32_t who; } Waiting;
typedef struct { Waiting *rows; uint32_t first, count, room; } Ring;  /* room is a power of two */

typedef struct {
    double per_day, urgent, days;
    int64_t backlog, slow;                       /* how many come on the first day, and to which station */
    int32_t servers[STATIONS], to[STATIONS][WAYS];
    double mean[STATIONS], upto[STATIONS][WAYS];  /* shares added up; a draw above the last leaves */
} Network;

typedef struct { int32_t *who; int16_t *where; double *asked, *began, *ended; int64_t count, room; } Visits;

typedef struct {
    const Network *network;
    Visits *visits;
    uint64_t random[4];
    double now;
    int32_t patients, free[STATIONS], size;
    Event heap[EVENTS];
    Ring rings[STATIONS][CLASSES];
} Run;

/* ---- random numbers: xoshiro256+ (Blackman and Vigna), seeded by splitmix64 */

static inline uint64_t turned(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static inline double uniform(Run *run) {  /* in (0, 1] */
    uint64_t *s = run->random, sum = s[0] + s[3], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3];
    s[2] ^= t; s[3] = turned(s[3], 45);
    return ((sum >> 11) + 1) * 0x1p-53;
}

static inline double exponential(Run *run, double mean) { return -mean * log(uniform(run)); }

static void sow(Run *run, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        run->random[i] = z ^ (z >> 31);
    }
}

/* ---- the heap of events; at most one for each server and two for arrivals */

static inline void push(Run *run, Event event) {
    int32_t at = run->size++;
    while (at > 0 && run->heap[(at - 1) / 2].at > event.at) {
        run->heap[at] = run->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    run->heap[at] = event;
}

static inline Event pop(Run *run) {
    Event first = run->heap[0], last = run->heap[--run->size];
    int32_t at = 0, child;
    while ((child = 2 * at + 1) < run->size) {
        child += child + 1 < run->size && run->heap[child + 1].at < run->heap[child].at;
        if (last.at <= run->heap[child].at) break;
        run->heap[at] = run->heap[child];
        at = child;
    }
    run->heap[at] = last;
    return first;
}

/* ---- the rings of those who wait */

static void widen(Ring *ring) {
    uint32_t room = ring->room ? 2 * ring->room : 64;
    Waiting *rows = malloc(room * sizeof *rows);
    for (uint32_t i = 0; i < ring->count; i++) rows[i] = ring->rows[(ring->first + i) & (ring->room - 1)];
    free(ring->rows);
    ring->rows = rows; ring->room = room; ring->first = 0;
}

static inline void queue(Ring *ring, Waiting patient) {
    if (ring->count == ring->room) widen(ring);
    ring->rows[(ring->first + ring->count++) & (ring->room - 1)] = patient;
}

static inline Waiting next(Ring *ring) {
    Waiting patient = ring->rows[ring->first];
    ring->first = (ring->first + 1) & (ring->room - 1);
    ring->count--;
    return patient;
}

/* ---- the network */

static inline void start(Run *run, int16_t where, int16_t class, Waiting patient) {
    double end = run->now + exponential(run, run->network->mean[where]);
    push(run, (Event){end, patient.asked, run->now, patient.who, where, class});
}

static inline void ask(Run *run, int16_t where, int16_t class, int32_t who) {
    Waiting patient = {run->now, who};
    if (run->free[where]) {
        run->free[where]--;
        start(run, where, class, patient);
    } else {
        queue(&run->rings[where][class], patient);
    }
}

static inline void write(Visits *visits, const Event *event) {
    int64_t row = visits->count++;
    visits->who[row] = event->who; visits->where[row] = event->where;
    visits->asked[row] = event->asked; visits->began[row] = event->began; visits->ended[row] = event->at;
}

static inline int16_t onward(Run *run, int16_t from) {
    double u = uniform(run);
    for (int way = 0; way < WAYS; way++)
        if (u <= run->network->upto[from][way]) return (int16_t)run->network->to[from][way];
    return AWAY;
}

static inline void finish(Run *run, const Event *event) {
    int16_t here = event->where;
    write(run->visits, event);
    Ring *rings = run->rings[here];
    if (rings[URGENT].count) start(run, here, URGENT, next(&rings[URGENT]));
    else if (rings[ROUTINE].count) start(run, here, ROUTINE, next(&rings[ROUTINE]));
    else run->free[here]++;
    int16_t to = onward(run, here);
    if (to != AWAY) ask(run, to, event->class, event->who);
}

static inline void arrive(Run *run, int16_t kind) {
    const Network *network = run->network;
    int16_t to = kind == BURST ? (int16_t)network->slow : 0;
    double rate = kind == BURST ? (double)network->backlog : network->per_day;
    ask(run, to, uniform(run) <= network->urgent ? URGENT : ROUTINE, run->patients++);
    push(run, (Event){run->now + exponential(run, 1 / rate), 0, 0, 0, kind, 0});
}

/* Simulate one replication; give the visits that ended, or -1 when there was no room for all of them. */
int64_t simulate(const Network *network, uint64_t seed, Visits *visits, int64_t *waiting) {
    Run *run = calloc(1, sizeof *run);
    int64_t burst = 0;
    run->network = network; run->visits = visits;
    memcpy(run->free, network->servers, sizeof run->free);
    sow(run, seed);
    push(run, (Event){exponential(run, 1 / network->per_day), 0, 0, 0, ARRIVAL, 0});
    if (network->backlog) push(run, (Event){exponential(run, 1.0 / network->backlog), 0, 0, 0, BURST, 0});
    while (run->heap[0].at <= network->days && visits->count < visits->room) {
        Event event = pop(run);
        run->now = event.at;
        if (event.where >= 0) finish(run, &event);
        else if (event.where == ARRIVAL || burst++ < network->backlog) arrive(run, event.where);
    }
    *waiting = 0;
    for (int s = 0; s < STATIONS; s++)
        for (int c = 0; c < CLASSES; c++) { *waiting += run->rings[s][c].count; free(run->rings[s][c].rows); }
    free(run);
    return visits->count < visits->room ? visits->count : -1;
}
