from uuid import UUID


def test_an_order_is_placed_from_flags(shell):
    shell("project", "add", "summer", "Summer festival")
    shell("party", "add", "V1", "Example Tents")

    placed = shell.json(
        "order", "place", "--project", "summer", "--seller", "V1", "--title", "Tents",
        "--line", "Tent=2 C62@1000", "--line", "Rope=10.5 metre", "--bill-to", "Office|Long Lane 1",
        "--pickup-at", "Yard 4|12345 Sampletown", "--delivery-on", "2027-06-30",
        "--delivery-contact", "Desk <desk@vendor.example>", "--remarks", "Thanks",
    )  # fmt: skip

    assert (placed["type"], placed["status"], placed["project"]) == (
        "shop.order",
        "draft",
        "summer",
    )
    assert placed["seller"] == {"id": "V1", "name": "Example Tents"}
    assert [(one["name"], one["quantity"], one["unit"]) for one in placed["lines"]] == [
        ("Tent", "2", "C62"),
        ("Rope", "10.5", "MTR"),
    ]
    assert placed["totals"]["total"] == {"amount": "2000", "currency": "EUR"}
    assert placed["delivery"]["method"] == "pickup"
    assert placed["delivery"]["on"] == "2027-06-30"
    assert placed["bill_to"]["lines"] == ["Office", "Long Lane 1"]


def test_all_orders_of_a_file_are_placed_or_none(shell, folder):
    (folder / "orders.json").write_text(
        '[{"title": "One", "lines": [{"name": "Tent", "quantity": 1}]},'
        ' {"title": "Two", "lines": [{"name": "Tent", "quantity": 0}]}]'
    )

    told = shell.json("order", "place", "orders.json", code=2)

    assert told["problems"][0]["field"].startswith("[1].")
    assert shell.json("order", "list")["items"] == []


def test_a_toml_file_is_placed_with_what_flags_add(shell, folder):
    (folder / "order.toml").write_text('[[lines]]\nname = "Tent"\nquantity = "2"\n')

    placed = shell.json("order", "place", "order.toml", "--title", "From a file")

    assert (placed["title"], placed["lines"][0]["quantity"]) == ("From a file", "2")


def test_the_same_key_places_once(shell):
    words = ("order", "place", "--line", "Tent=1", "--key", "k1")

    assert shell.json(*words)["id"] == shell.json(*words)["id"]


def test_the_same_key_with_another_order_is_refused(shell):
    shell("order", "place", "--line", "Tent=1", "--key", "k1")

    shell("order", "place", "--line", "Tent=2", "--key", "k1", code=2)

    assert len(shell.json("order", "list")["items"]) == 1


def test_every_bad_quantity_and_price_is_told(shell):
    told = shell.json(
        "order", "place", "--line", "A=NaN", "--line", "B=1@Infinity", "--line", "C=1e400",
        "--line", f"D={'9' * 40}", "--line", "E=１２", code=2,
    )  # fmt: skip

    assert [(one["field"], one["code"]) for one in told["problems"]] == [
        ("lines[0].quantity", "decimal.not_finite"),
        ("lines[1].price", "decimal.not_finite"),
        ("lines[2].quantity", "decimal.not_a_number"),
        ("lines[3].quantity", "decimal.too_long"),
        ("lines[4].quantity", "decimal.not_a_number"),
    ]


def test_a_missing_seller_and_project_are_told_together(shell):
    told = shell.json(
        "order", "place", "--line", "A=1", "--seller", "NOBODY", "--project", "none", code=2
    )

    assert {one["code"] for one in told["problems"]} == {"party.unknown", "project.unknown"}


def test_delivery_and_pickup_exclude_each_other(shell):
    told = shell("order", "place", "--deliver-to", "a", "--pickup-at", "b", code=2).stderr

    assert "not both" in told


def test_people_are_told_the_id_to_go_on_with(shell):
    said = shell("order", "place", "--line", "Tent=1").stdout

    assert UUID(said.split()[0])
    assert said.endswith("was placed (version 1).\n")
