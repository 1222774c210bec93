"""Several forests: the first one judges alone where it is sure."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.cleaning.trees import Trees


def make_forests(*scores: tuple[float, float]) -> Trees:
    """Forests of one tree with one test each, feature 0 above 0.5: what it adds below and above."""
    count = len(scores)
    arrays = {
        "feature": np.zeros((count, 1), np.uint8),
        "threshold": np.full((count, 1), 0.5, np.float32),
        "mask": np.full((count, 1), 0xFFFFFFFE, np.uint32),
        "leaf": np.array(scores, np.float32),
        "models": np.array(count),
    }
    return Trees(arrays)


def predict(trees: Trees) -> list[float]:
    """Log odds of a row below and one above the threshold."""
    chances = trees.predict(np.array([[0.0], [1.0]], np.float32)).astype(float)
    return np.log(chances / (1 - chances)).tolist()


def test_where_the_first_forest_is_in_doubt_the_mean_of_all_counts() -> None:
    assert predict(make_forests((-1.0, 1.0), (0.0, 2.0), (-2.0, 6.0))) == pytest.approx([-1.0, 3.0], abs=1e-4)


def test_where_the_first_forest_is_sure_the_others_are_not_asked() -> None:
    assert predict(make_forests((-5.0, 5.0), (9.0, -9.0))) == pytest.approx([-5.0, 5.0], abs=1e-4)


def test_a_forest_alone_is_as_it_is() -> None:
    assert predict(make_forests((-1.0, 2.0))) == pytest.approx([-1.0, 2.0], abs=1e-4)
