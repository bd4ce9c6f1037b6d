"""The nearest located organizations of each one: a k-d tree on sorted positions, no dependency."""

from heapq import heappush, heapreplace

from shared.field.geo import Point

LEAF = 8


class NearestTree:
    """Finds the nearest points within a reach; of many points on one spot each finds different ones."""

    __slots__ = ("_order", "_points", "_splits", "_where")

    def __init__(self, points: dict[int, Point]) -> None:
        self._points = points
        self._order = sorted(points)
        self._splits: dict[int, tuple[int, float]] = {}  # by the middle position: axis and coordinate
        self._split(0, len(self._order))
        self._where = {index: position for position, index in enumerate(self._order)}

    @property
    def order(self) -> list[int]:
        """All indices so that those near each other stand near each other."""
        return self._order

    def nearest(self, index: int, count: int, reach: float) -> list[tuple[float, int]]:
        """Up to `count` others as (square of the distance, index), nearest first, none beyond `reach` (m²)."""
        points, order, splits = self._points, self._order, self._splits
        me, position = points[index], self._where[index]
        heap: list[tuple[float, int]] = []
        stack: list[tuple[int, int, float]] = [(0, len(order), 0.0)]
        while stack:
            low, high, gap = stack.pop()
            if gap > reach or (len(heap) == count and gap >= -heap[0][0]):
                continue
            while high - low > LEAF:
                middle = (low + high) // 2
                axis, at = splits[middle]
                far = (me[axis] - at) ** 2
                # Inside its own half the side is chosen by position: of many points on one spot each one begins
                # with those beside it in the order, else all of them would find the same few.
                left = position < middle if low <= position < high else me[axis] < at
                if left:
                    stack.append((middle, high, max(gap, far)))
                    high = middle
                else:
                    stack.append((low, middle, max(gap, far)))
                    low = middle
            for other in order[low:high]:
                if other == index:
                    continue
                point = points[other]
                square = (me[0] - point[0]) ** 2 + (me[1] - point[1]) ** 2 + (me[2] - point[2]) ** 2
                if square > reach:
                    continue
                if len(heap) < count:
                    heappush(heap, (-square, -other))
                elif square < -heap[0][0]:
                    heapreplace(heap, (-square, -other))
        return sorted((-square, -other) for square, other in heap)

    def _split(self, low: int, high: int) -> None:
        pending = [(low, high)]
        while pending:
            low, high = pending.pop()
            if high - low <= LEAF:
                continue
            part, points = self._order[low:high], self._points
            spans = [max(points[i][axis] for i in part) - min(points[i][axis] for i in part) for axis in range(3)]
            axis = spans.index(max(spans))
            part.sort(key=lambda i, axis=axis: (points[i][axis], i))  # type: ignore[misc]
            self._order[low:high] = part
            middle = (low + high) // 2
            self._splits[middle] = (axis, points[self._order[middle]][axis])
            pending += [(low, middle), (middle, high)]
