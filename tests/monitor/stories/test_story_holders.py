import random
from collections import defaultdict

import numpy as np

from monitor.stories.holders import LEAST_SWEPT, UPPER, WAYS, HashHolders

MOST = 5


def make_hashes(values) -> np.ndarray:
    """Hashes that are kept whole; small ones stand in one bucket."""
    return np.array(sorted(value << int(UPPER) for value in values), dtype=np.uint64)


def find_pairs(holders: HashHolders, hashes: np.ndarray) -> list[tuple[int, int]]:
    """(hash, number) of all that is found, sorted."""
    indexes, numbers = holders.find(hashes)
    return sorted(zip((hashes[indexes] >> UPPER).tolist(), numbers.tolist(), strict=True))


def test_a_hash_has_the_articles_that_hold_it_and_no_others():
    holders = HashHolders(MOST)
    holders.add(make_hashes({3, 4}), 0)
    holders.add(make_hashes({4, 5}), 1)

    assert find_pairs(holders, make_hashes({1, 4, 5})) == [(4, 0), (4, 1), (5, 1)]


def test_a_stream_is_found_as_in_a_plain_table_while_the_old_leave_and_the_table_grows():
    rng = random.Random(3)
    holders, plain, sizes = HashHolders(MOST), defaultdict(list), {}
    for number in range(600):
        hashes = make_hashes({rng.randrange(1 << 32) for _ in range(200)} | {rng.randrange(400)})
        holders.add(hashes, number)
        sizes[number] = len(hashes)
        for value in (hashes >> UPPER).tolist():
            plain[value].append(number)
        if number >= 150:
            holders.drop(sizes.pop(number - 150), number - 149)
            asked = make_hashes(rng.sample(sorted(plain), 50))
            expected = [(value, n) for value in (asked >> UPPER).tolist() for n in plain[value] if n > number - 150]
            assert find_pairs(holders, asked) == expected


def test_hashes_that_crowd_in_one_bucket_are_all_found():
    holders = HashHolders(MOST)
    crowd = make_hashes(range(3 * WAYS))
    holders.add(crowd, 7)

    assert find_pairs(holders, crowd) == [(value, 7) for value in range(3 * WAYS)]


def test_of_a_hash_in_a_full_bucket_the_newest_holders_are_kept():
    holders = HashHolders(MOST)
    for number in range(10 * WAYS):
        holders.add(make_hashes({1}), number)

    _, numbers = holders.find(make_hashes({1}))

    assert sorted(numbers.tolist()) == [*range(WAYS), *range(10 * WAYS - MOST, 10 * WAYS)]


def test_articles_that_have_left_make_room_also_where_it_was_crowded():
    holders = HashHolders(MOST)
    crowd = make_hashes(range(2 * LEAST_SWEPT))
    holders.add(crowd, 0)
    holders.drop(len(crowd), 1)

    assert find_pairs(holders, crowd) == []

    holders.add(crowd, 1)
    assert find_pairs(holders, crowd) == [(value, 1) for value in range(2 * LEAST_SWEPT)]


def test_a_crowd_is_still_found_when_the_table_has_grown():
    holders = HashHolders(MOST)
    crowd = make_hashes(range(3 * WAYS))
    spread = make_hashes(range(1 << 20, 1 << 32, 1 << 17))
    holders.add(crowd, 0)
    holders.add(spread, 1)

    assert find_pairs(holders, crowd) == [(value, 0) for value in range(3 * WAYS)]
    assert len(find_pairs(holders, spread)) == len(spread)


def test_pairs_that_the_grown_table_puts_into_one_bucket_are_all_found():
    rng = random.Random(5)
    holders, hashes = HashHolders(MOST), make_hashes({rng.randrange(1 << 32) for _ in range(40_000)})
    for number, part in enumerate(np.array_split(hashes, 400)):
        holders.add(part, number)

    assert [value for value, _ in find_pairs(holders, hashes)] == (hashes >> UPPER).tolist()
