"""The year's stars: facts of each stage, and the rectification that follows from a low one."""
