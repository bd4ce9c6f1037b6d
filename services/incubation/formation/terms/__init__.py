"""By when a case is to be decided: reminders, escalation, the tasks that follow, and the notice of a deferral."""
