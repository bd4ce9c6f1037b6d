"""HiGHS as every program here uses it."""

from typing import Any

import highspy


def new_solver() -> highspy.Highs:
    """Silent, one thread, a fixed seed: the same program gives the same answer."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {"output_flag": False, "threads": 1, "parallel": "off", "random_seed": 0}
    for name, option in options.items():
        solver.setOptionValue(name, option)
    return solver
