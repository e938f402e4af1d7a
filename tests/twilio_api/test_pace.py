from tests.twilio_api import pace


def test_the_busiest_second_may_begin_anywhere() -> None:
    assert pace.most_within([]) == 0
    assert pace.most_within([(0.0, 1), (0.9, 5), (1.1, 4), (1.9, 2)]) == 11
    assert pace.most_within([(0.0, 3), (1.0, 3)]) == 3
    assert pace.most_within([(2.0, 1), (0.5, 2), (1.4, 2)]) == 4
    assert pace.by_second([(10.2, 3), (11.1, 1), (13.3, 2)]) == [4, 0, 0, 2]
