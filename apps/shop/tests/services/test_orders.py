from running.client import Visitor


def test_an_order_goes_through(customer: Visitor) -> None:
    answer = customer.order(customer.checkout("enamel-mug", 2))
    assert answer.status == 201, answer
    assert answer.body["state"] == "paid"
