"""Folders beside each other import in one direction, in the services, in what they share, and in the command line."""

from collections import defaultdict

import grimp

PRODUCT = ("services", "shared", "shuangfu")


def find_mutual(graph: grimp.ImportGraph) -> list[str]:
    """Pairs of folders of which neither lies in the other, and that import each other, with an import each way."""
    found: dict[tuple[str, str], str] = defaultdict(str)
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = (module.rpartition(".")[0], imported.rpartition(".")[0])
            found[pair] = max(found[pair], f"{module} imports {imported}")
    return [
        f"{found[pair]}, and {found[pair[::-1]]}"
        for pair in sorted(found)
        if pair < pair[::-1] and pair[::-1] in found and not _one_holds_the_other(*pair)
    ]


def _one_holds_the_other(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def test_folders__do_not_import_each_other() -> None:
    graph = grimp.build_graph(*PRODUCT, cache_dir=None)
    assert len(graph.modules) > 1000, "all of the product"
    assert find_mutual(graph) == []


def test_two_that_do__are_found() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in (
        ("house.a.one", "house.b.one"),
        ("house.b.two", "house.a.two"),
        ("house.a.one", "house.c.one"),
        ("house.c.d.one", "house.c.one"),
        ("house.c.two", "house.c.d.two"),
    ):
        graph.add_module(importer)
        graph.add_module(imported)
        graph.add_import(importer=importer, imported=imported)
    assert find_mutual(graph) == ["house.a.one imports house.b.one, and house.b.two imports house.a.two"]
