from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError

from order_service.exceptions import OutOfStock, PriceChanged, ProductNotFound
from order_service.models import Product
from order_service.services import CatalogueService, Line, catalogue
from order_service.tests.factories import MONDAY_NOON, OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(clock):
    return CatalogueService(now=clock)


class TestCatalogueService:
    def test_adds_a_product(self, shelf):
        product = shelf.add(name="Lamp", price=Decimal("20.00"))

        assert Product.objects.offered().get() == product

    def test_changes_what_is_named_and_nothing_else(self, shelf, lamp):
        """Somebody bought a piece meanwhile: a new price must not bring it back."""
        Product.objects.take(lamp.pk, 1)

        changed = shelf.change(lamp.pk, price=Decimal("25.00"))

        assert (changed.name, changed.price, changed.stock_quantity) == ("Lamp", Decimal("25.00"), 9)

    def test_changing_nothing_is_fine(self, shelf, lamp):
        assert shelf.change(lamp.pk) == lamp

    def test_retires_a_product_and_keeps_its_orders(self, shelf, lamp):
        order = OrderFactory(lines=[(lamp, 2)])

        shelf.retire(lamp.pk)

        lamp.refresh_from_db()
        assert lamp.retired_at == MONDAY_NOON
        assert not Product.objects.offered().exists()
        assert [line.product for line in order.lines] == [lamp]

    @pytest.mark.parametrize("act", [CatalogueService.change, CatalogueService.retire])
    def test_does_not_touch_what_is_not_offered(self, shelf, act):
        retired = ProductFactory(retired=True)

        with pytest.raises(ProductNotFound):
            act(shelf, retired.pk)


class TestTake:
    def test_more_pieces_than_the_stock_are_refused_with_the_number_left(self, lamp):
        with pytest.raises(OutOfStock, match="has 10 pieces left, not 11"):
            catalogue.take([Line(lamp.pk, 11)])

    def test_a_price_other_than_the_catalogues_is_refused(self, lamp):
        with pytest.raises(PriceChanged, match=r"costs 20\.00, not 25\.00"):
            catalogue.take([Line(lamp.pk, 1, price=Decimal("25.00"))])

    def test_a_retired_product_is_not_found(self):
        retired = ProductFactory(retired=True)

        with pytest.raises(ProductNotFound):
            catalogue.take([Line(retired.pk, 1)])

    def test_products_are_taken_in_the_order_of_their_ids(self, lamp, chair):
        """Two orders that update the same rows in different orders would deadlock."""
        assert list(catalogue.take([Line(chair.pk, 1), Line(lamp.pk, 1)])) == [lamp, chair]

    def test_each_product_costs_one_update_and_all_of_them_one_read(self, lamp, chair, django_assert_num_queries):
        with django_assert_num_queries(3):
            catalogue.take([Line(lamp.pk, 1), Line(chair.pk, 1)])


class TestProduct:
    @pytest.mark.parametrize("wrong", [{"stock_quantity": -1}, {"price": Decimal("0.00")}])
    def test_the_database_has_the_last_word(self, wrong):
        with pytest.raises(IntegrityError):
            ProductFactory(**wrong)

    def test_is_called_by_its_name(self):
        assert str(ProductFactory.build(name="Lamp")) == "Lamp"


class TestSeedCatalogue:
    def test_offers_25_products(self, capsys):
        call_command("seed_catalogue")

        assert Product.objects.offered().count() == 25
        assert capsys.readouterr().out == "25 products added, 0 existed.\n"

    def test_adds_what_is_missing_and_changes_nothing(self, capsys):
        call_command("seed_catalogue")
        sold_out, retired, gone = Product.objects.all()[:3]
        Product.objects.filter(pk=sold_out.pk).update(stock_quantity=0)
        retired.retire(at=MONDAY_NOON)
        gone.delete()
        capsys.readouterr()

        call_command("seed_catalogue")

        assert capsys.readouterr().out == "1 products added, 24 existed.\n"
        assert Product.objects.offered().count() == 24
        sold_out.refresh_from_db()
        assert sold_out.stock_quantity == 0
