def test_it(toy):
    order = toy.place()
    order = toy.perform(order, "send")
    assert order.number == "T-2026-0001"
    assert toy.verified().ok
