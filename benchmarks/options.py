"""How much to measure; each part is bounded in count and time."""

import sys
from dataclasses import dataclass, replace

from benchmarks.data import DIVISIONS

PARTS = (
    "registrations",
    "security",
    "one_division",
    "chain",
    "latency",
    "joint_plans",
    "areas",
    "ratings",
    "imports",
    "ledger",
    "lists",
    "console",
)
TRANSPORTS = ("kafka", "postgres_log")


@dataclass(frozen=True, slots=True)
class Options:
    """The options of one run."""

    parts: tuple[str, ...] = PARTS
    transports: tuple[str, ...] = TRANSPORTS
    connections: int = 12
    single_rounds: int = 5
    single_seconds: float = 4.0
    single_requests: int = 12_000
    chain_rounds: int = 3
    chain_organizations: int = 20_000
    chain_seconds: float = 120.0
    latency_samples: int = 200
    latency_seconds: float = 60.0
    quick: bool = False

    def sized(self, *, quick: bool, organizations: int | None) -> "Options":
        """A copy that is quicker and less precise (`quick`), or has another number of organizations per round."""
        sized = self
        if quick:
            sized = replace(
                self,
                single_rounds=3,
                single_seconds=1.5,
                single_requests=5_000,
                chain_rounds=2,
                chain_organizations=3_000,
                latency_samples=60,
                quick=True,
            )
        return replace(sized, chain_organizations=organizations) if organizations else sized


def notes(options: Options, cores: int) -> list[str]:
    """What readers of the figures need to know."""
    return [
        (
            f"All on loopback and on the same {cores} cores: PostgreSQL (one server for product and floor), the Kafka "
            "broker, the measured processes and the generator. So ratios mean more than rates."
        ),
        (
            f"Registrations: registry api | floor app, one process each; {options.connections} keep-alive connections "
            f"from a generator in its own process, in rounds of {options.single_seconds:g} s. The floor neither "
            "validates, nor looks at what is stored, nor wakes a relay; it neither authenticates nor audits, and its "
            "tables have no policies."
        ),
        (
            "Security: the same registry api, guarded | unguarded. Unguarded is a program of the benchmarks only: "
            "token, permission and the transaction's scope statement are left out, the audit triggers of organizations "
            "are disabled, and no policy applies to a superuser's connection; the rest is the same code and schema. "
            f"Invented organizations lie in {len(DIVISIONS)} divisions."
        ),
        (
            "One division: the same registry api twice, each on its own database; 64 connections whose organizations "
            f"lie in one division | in {len(DIVISIONS)} (decision 50)."
        ),
        (
            "Chain: registry api + registry worker + incubation worker | two floor processes (write and relay, decide "
            f"and relay); {options.chain_organizations:,} organizations a round; evaluation and funding do not run. "
            "Product and floor take turns; the one that is not measured is idle."
        ),
        (
            "Latency: from the 201's arrival to the check's visibility, polled by key (a SELECT, a nap of 0.3 ms, "
            f"again); {options.latency_samples} samples one at a time, p50 / p99; after each sample one bare round "
            "trip of 400 bytes, both of its ends in one process."
        ),
        (
            "Joint plans: invented organizations, one thread, seconds of the processor; each aim against what no plan "
            "could beat that reaches the aims before as well."
        ),
        (
            "Areas: invented bodies in a district of 170 km². Proposed: seconds of the processor, one thread. "
            "Assigned: from the drawing of 100 areas to the commit, with all that is stored and stated in events."
        ),
        (
            "Ratings: an invented closed cycle, scored by facts. From the request to the stored result, by the clock; "
            "each is rated twice, by its own rules and by the others, in a process of its own. "
            "A cycle of 10,000 by one evaluation api over HTTP, by the clock of its requests; "
            "filling the workbooks in is not counted."
        ),
        (
            "Imports: a file of filed bodies by the registry's api and worker, killed with SIGKILL at a fifth, half "
            "and four fifths of it; seconds from the upload to the last row, restarts included. Reached: every row in "
            "order stored, audited and stated in events once, every other one reported at its place."
        ),
        "Ledger: vouchers of two lines in batches of 500, by two writers on the same two accounts, audited.",
        (
            "Lists: one registry api, one request at a time; milliseconds until the answer is there, p50 / p95. "
            "Organizations lie in eight districts of one city. Files: by how much the api's memory grew at most. The "
            "dashboard: an incubation api's report of the year that runs, as a leader is shown it."
        ),
        (
            "Console: Debian's Chromium and `shuangfu serve`, whose checks are done. The worklist: from its address to "
            "its first task, with an empty cache and signed in at the issuer, median / worst; a page: from the click "
            "to the next rows, p50 / p95."
        ),
        "Ratio: the median of the pairwise ratios; range: the lowest and the highest of them.",
    ]


def say(line: str) -> None:
    """Print progress to standard error, apart from the results."""
    print(line, file=sys.stderr, flush=True)
