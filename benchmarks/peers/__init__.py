"""The same job by what a team would pick instead, measured in turn with the product: `python -m benchmarks.peers`.

The peers run in an environment of their own (`requirements.lock`), so nothing of theirs is a dependency of the product.
"""
