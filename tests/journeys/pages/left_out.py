"""What the pages print and is not typed here, by the beginning of the command: why, and which test does it instead."""

_STACK = "needs the containers: `make compose-test` does it (tests/compose/stack.py, tests/compose/recovery.py)"
_CHECKED = "needs the containers; its names and options are compared in tests/operations/test_runbook.py"
_BRING_UP = "needs the containers: with a docker that records its calls in tests/compose/test_bring_up.py"
_LETTER = "needs an event that failed: tests/operations/repair/test_dead_letters.py"
_SHEETS = "needs an open cycle with evaluations: tests/evaluation/score_sheets/test_import.py downloads and imports"
_CITY = "takes a city through the chain: tests/journeys/test_city.py"
_CLIENT = "needs packages of others: tests/interfaces/test_clients.py generates both"

LEFT_OUT = {
    ("README", "make test"): "is the run that this is a part of, tests/journeys",
    ("README", "make demo"): "has a test of its own, with what it shows: tests/journeys/pages/test_printed_commands.py",
    ("replay-city", ".venv/bin/shuangfu replay-city --scale 0.01"): _CITY,
    ("replay-city", "make replay-city"): _CITY,
    (
        "scaling",
        "docker compose -f",
    ): "needs the containers: `make scaling` brings them up so; its files: tests/compose/test_servers_apart.py",
    ("README", "make compose-up"): _STACK,
    ("README", "make compose-demo"): _STACK,
    ("README", "make compose-down"): _STACK,
    ("README", "make compose-back"): _BRING_UP,
    ("backup-and-restore", ".venv/bin/shuangfu restore --from backups/monday --kafka"): (
        "needs Kafka: tests/operations/backup/test_drill.py restores on both transports"
    ),
    ("clients", "openapi-python-client"): _CLIENT,
    ("clients", "npx"): _CLIENT,
    ("rating-by-facts", 'curl -sS -H "Authorization: Bearer $TOKEN" -H'): _SHEETS,
    ("rating-by-facts", 'curl -sS -H "Authorization: Bearer $TOKEN" -F'): _SHEETS,
    ("runbook", "docker compose ps"): _STACK,
    ("runbook", "docker compose logs"): _STACK,
    ("runbook", "docker compose up"): _STACK,
    ("runbook", "docker compose stop"): _STACK,
    ("runbook", "docker compose exec kafka"): _STACK,
    ("runbook", "docker compose exec registry-worker"): _CHECKED,
    ("runbook", "docker compose exec postgres"): _CHECKED,
    ("runbook", "docker compose --profile"): _CHECKED,
    ("runbook", "docker compose run --rm -T --entrypoint"): _CHECKED,
    ("runbook", "docker compose run --rm migrate"): "needs the containers: tests/compose/test_databases.py",
    ("runbook", "docker compose restart"): _CHECKED,
    ("runbook", "docker volume"): _CHECKED,
    ("runbook", "docker system"): _CHECKED,
    ("runbook", "docker image"): _CHECKED,
    ("runbook", "cp observability"): "would change the checkout: tests/shared/telemetry/test_observability_files.py",
    (
        "runbook",
        "curl -s http://127.0.0.1:9090",
    ): "needs Prometheus: tests/shared/telemetry/test_observability_files.py",
    ("runbook", "df "): "looks at the machine's disks; its words are compared in tests/operations/test_runbook.py",
    ("runbook", "sleep 20"): "waits for containers: tests/compose/recovery.py",
    ("runbook", "rm -f secrets"): "would change the checkout: tests/compose/test_prepare.py creates what is missing",
    ("runbook", "make -C .. compose-prepare"): "the command in it: tests/compose/test_prepare.py",
    ("runbook", "make -C .. compose-back"): _BRING_UP,
    ("runbook", "make compose-up"): _BRING_UP,
    ("runbook", "make compose-back"): _BRING_UP,
    ("runbook", "cd .. && git"): "would change the checkout; make's targets: tests/operations/test_runbook.py",
    ("runbook", '(echo "SET'): _CHECKED,
    ("runbook", "ops restore --from /var/lib/shuangfu/backups/2026-11-23 --runtime-password-file"): (
        "needs a server that is new: tests/operations/backup/test_restore.py"
    ),
    ("runbook", "ops dead-letters show ID"): _LETTER,
    ("runbook", "ops dead-letters retry ID"): _LETTER,
    ("runbook", "ops dead-letters discard ID"): _LETTER,
}

NO_COMMANDS = {
    ("README", "1  登记与组建检查  Registrations and formation checks"),
    ("README", "civil affairs: PUT a registration, a batch, or a file"),
    (
        "backup-and-restore",
        (
            "shuangfu restore: … cannot be renamed to …. Kafka's topics were emptied: run `shuangfu republish` before "
            "starting workers"
        ),
    ),
    (
        "runbook",
        (
            "17 3 * * * root cd /srv/shuangfu/deploy && docker compose run --rm -T ops backup --to "
            "/var/lib/shuangfu/backups/$(date +\\%F) >/var/log/shuangfu-backup.log 2>&1 || "
            "cat /var/log/shuangfu-backup.log"
        ),
    ),
    (
        "upgrading",
        "migration registry_0002 did not get its locks in 30 attempts of 2 s: a long transaction is in its way …",
    ),
}
"""Blocks without a kind that show output, a picture or a file."""

_REGISTRAR = {"TOKEN": "$(.venv/bin/shuangfu token --role registrar --division 3301)"}
STANDS_FOR = {"import-files": _REGISTRAR, "sources-and-duplicates": _REGISTRAR}
"""Variables that a page takes from another one."""
