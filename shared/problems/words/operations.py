"""The words of what operators and auditors do."""

from collections.abc import Mapping

from shared.problems.words.documents import Word

THINGS: Mapping[str, Word] = {
    "dead letter": Word("死信", "dead letter"),
}
PERMISSIONS: Mapping[str, Word] = {
    "assignments.write": Word("指派待办事项", "assigning tasks"),
    "operations.read": Word("查阅运行状况", "reading operations"),
    "operations.repair": Word("处理未生效事件", "settling events that could not take effect"),
    "audit.read": Word("查阅审计", "reading the audit trail"),
}
