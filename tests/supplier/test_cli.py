import json
import re

import pytest
from click.testing import CliRunner

from orderloom import Grant, Upload, User
from orderloom.cli.main import cli
from orderloom_supplier import latest_reorder
from orderloom_supplier.demo.cast import shipped

LIST = (
    "supplier,outlet,product,price,currency,tax category,tax percent,pack,minimum,available\n"
    "dairy,,milk,1.40,,S,10,6,6,\n"
    "dairy,cafe,butter,2.20,EUR,,,,,no\n"
)


@pytest.fixture
def run(market, tmp_path, monkeypatch):
    """Runs `orderloom …` as one of the users; answers the result."""
    monkeypatch.chdir(tmp_path)
    url = market.loom.engine.url.render_as_string(hide_password=False)

    def call(*args, user="outlet_orderer.cafe", **more):
        base = ["--db", url, "--tenant", market.tenant, "--as", user]
        return CliRunner().invoke(cli, [*base, *args], **more)

    return call


def _rows(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_cart_is_ordered_and_answered_by_both_sides(run):
    (order,) = _rows(
        run("supplier", "order", "--outlet", "cafe", "--item", "milk=12@dairy", "--item",
            "bread=2@dairy", "--json")
    )  # fmt: skip
    accepted = run("order", "do", order["order"], "accept", "--strike", "2", "--note", "No bread.",
                   user="supplier_manager.dairy")  # fmt: skip
    scheduled = run("order", "do", order["order"], "schedule", "--tomorrow",
                    user="supplier_manager.dairy")  # fmt: skip
    completed = run("order", "do", order["order"], "complete", user="outlet_receiver.cafe")

    assert (order["supplier"], order["status"], order["lines"]) == ("Sample Dairy", "Pending", 2)
    assert "Partially Accepted" in accepted.output
    assert "Scheduled For Delivery" in scheduled.output
    assert "Completed" in completed.output


def test_remarks_go_to_every_supplier_of_a_cart(run, market):
    run("supplier", "order", "--outlet", "cafe", "--item", "milk=12@dairy", "--item",
        "bread=2@bakery", "--remarks", "Ring twice.")  # fmt: skip

    with market.reader() as reader:
        assert [one.remarks for one in reader.find().items] == ["Ring twice."] * 2


def test_an_order_is_shown_with_its_day_and_whether_action_is_needed(run, market):
    order = market.do(market.in_status("scheduled"), "complete", {"action_needed": True})

    said = run("order", "show", order.number).output

    assert re.search(r"^scheduled for +2026-07-01$", said, re.MULTILINE)
    assert re.search(r"^action needed +yes$", said, re.MULTILINE)


def test_terms_of_nobody_are_not_found(run):
    result = run("supplier", "terms", "show", "nobody")

    assert result.exit_code == 2
    assert "There is no party 'nobody'" in result.output


def test_the_plain_action_says_what_stays_and_what_was_placed(run, market):
    order = market.in_status("completed")

    done = run("order", "do", order.number, "reorder")
    help = run("order", "do", order.number, "reorder", "--help")

    with market.reader() as reader:
        made = latest_reorder(reader, order)
    assert f"{order.number} stays Completed (version {order.version})." in done.output
    assert made.number in done.output
    assert "leaves it as it is" in " ".join(help.output.split())


def test_a_reorder_tells_what_is_left_out(run, market):
    order = market.in_status("completed")
    market.sell(product="bread", price="3", available=False)

    result = run("supplier", "reorder", order.number)

    assert result.exit_code == 0, result.output
    assert "Pending" in result.output
    assert "Left out: Bread (line 2). Bread is not available at Sample Dairy now." in result.output


def test_doing_tells_what_it_brought_about(run, market):
    order = market.in_status("pending")

    said = run("order", "do", order.number, "accept", user="supplier_admin.dairy").output
    again = run("order", "do", market.in_status("completed").number, "reorder", "--json")

    assert re.search(r"^  It brought about: Invoice \S+, Draft\.$", said, re.MULTILINE)
    (made,) = json.loads(again.output)["brought"]
    assert (made["status"], made["type"]) == ("pending", "supplier.order")


def test_a_supplier_enters_an_order_for_an_outlet(run):
    (order,) = _rows(
        run("supplier", "order", "--outlet", "cafe", "--item", "bread=2@bakery", "--on-behalf",
            "--json", user="supplier_admin.bakery")
    )  # fmt: skip

    assert order["status"] == "Accepted"


@pytest.mark.parametrize(
    ("item", "said"),
    [("milk", "“milk” is not a pair"), ("milk=x@dairy", "--item milk=x@dairy: "),
     ("milk=6", "--item milk=6: ")],
)  # fmt: skip
def test_a_bad_item_is_refused_without_a_traceback(run, item, said):
    result = run("supplier", "order", "--outlet", "cafe", "--item", item)

    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_product_list_is_imported_and_shown(run, tmp_path):
    (tmp_path / "list.csv").write_text(LIST)

    imported = run("supplier", "products", "import", "list.csv", "--json",
                   user="supplier_admin.dairy")  # fmt: skip
    shown = _rows(run("supplier", "products", "list", "--supplier", "dairy", "--json"))

    assert json.loads(imported.stdout) == {
        "imported": 2, "created": 1, "changed": 1, "unchanged": 0, "left_out": 0,
    }  # fmt: skip
    by_key = {(row["outlet"], row["product"]): row for row in shown}
    assert by_key["", "milk"]["price"] == "1.4 EUR"
    assert by_key["", "milk"]["tax"] == "10 % S"
    assert by_key["cafe", "butter"]["available"] == "no"


def test_bad_rows_of_a_product_list_are_told_by_line_and_column(run, tmp_path):
    (tmp_path / "list.csv").write_text(
        "supplier,product,price,pack,available\nnobody,milk,x,0,maybe\ndairy,,1,1,yes\n"
    )

    result = run("supplier", "products", "import", "list.csv", user="supplier_admin.dairy")

    assert result.exit_code == 2
    assert "line 2" in result.output
    assert "neither yes nor no" in result.output


def test_a_supplier_cannot_import_the_list_of_another(run, tmp_path):
    (tmp_path / "list.csv").write_text(LIST)

    result = run("supplier", "products", "import", "list.csv", user="supplier_admin.bakery")

    assert result.exit_code == 2
    assert "supplier.product.manage" in result.output


def test_an_entry_is_changed_in_part(run):
    changed = run("supplier", "products", "set", "dairy", "milk", "--not-available", "--json",
                  user="supplier_admin.dairy")  # fmt: skip

    assert json.loads(changed.stdout) == {
        "supplier": "dairy", "outlet": "", "product": "milk", "price": "1.2 EUR", "pack": "6",
        "minimum": "6", "available": False,
    }  # fmt: skip


def test_the_terms_are_set_in_part_and_shown(run):
    run("supplier", "terms", "set", "dairy", "--cut-off", "14:30", user="supplier_admin.dairy")
    run("supplier", "terms", "set", "dairy", "--days", "mon,thu", user="supplier_admin.dairy")

    shown = run("supplier", "terms", "show", "dairy", "--json")

    assert json.loads(shown.stdout) == {
        "supplier": "dairy", "cut_off": "14:30", "days": "Monday, Thursday",
    }  # fmt: skip


def test_terms_are_the_suppliers_own_affair(run):
    result = run("supplier", "terms", "set", "dairy", "--days", "all", user="outlet_admin.cafe")

    assert result.exit_code == 2
    assert "supplier.terms.manage" in result.output


def test_an_account_owner_is_named_listed_and_taken_away(run):
    def account(*args):
        return run("supplier", "account", "cafe", "--supplier", "dairy", *args,
                   user="supplier_admin.dairy")  # fmt: skip

    def accounts():
        return _rows(run("supplier", "accounts", "--json", user="supplier_manager.dairy"))

    assert "supplier_manager.dairy" in account("--owner", "supplier_manager.dairy").output
    assert accounts() == [
        {"supplier": "dairy", "outlet": "cafe", "owner": "supplier_manager.dairy"}
    ]

    assert "none" in account("--clear").output
    assert accounts() == []


@pytest.mark.parametrize("args", [(), ("--owner", "supplier_manager.dairy", "--clear")])
def test_an_account_is_given_or_taken_not_both(run, args):
    result = run("supplier", "account", "cafe", "--supplier", "dairy", *args,
                 user="supplier_admin.dairy")  # fmt: skip

    assert result.exit_code == 2
    assert "Name an --owner" in result.output


def test_orders_of_other_account_owners_are_a_topic_like_any_other(run):
    me = "supplier_manager.dairy"
    notified = run("user", "notify", me, "supplier.others", "daily", user=me)
    assert notified.exit_code == 0, notified.output

    wishes = _rows(run("user", "wants", me, "--json", user=me))

    (mail, box) = [one for one in wishes if one["topic"] == "supplier.others"]
    assert mail["notifications"] == ["Orders of other account owners"]
    assert (mail["channel"], mail["how"]) == ("mail", "daily")
    assert (box["channel"], box["how"]) == ("inbox", "now")


def test_a_mail_with_images_is_listed_as_any_other(run, market):
    image = Upload("image", "sour.png", shipped("crate.png"))
    market.do(market.in_status("completed"), "dispute", files=image)
    with market.desk() as desk:
        desk.directory.save_user(User(id="ann", grants=[Grant("admin")]))

    listed = _rows(run("delivery", "list", "--json", user="ann"))

    assert {one["state"] for one in listed if one["source"] == "supplier.dispute_with_images"} == {
        "owed"
    }
