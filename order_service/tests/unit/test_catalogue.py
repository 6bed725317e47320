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
def catalogue_service(clock):
    return CatalogueService(now=clock)


class TestCatalogueService:
    def test_a_new_product_is_offered(self, catalogue_service):
        product = catalogue_service.add(name="Lamp", price=Decimal("20.00"))

        assert Product.objects.offered().get() == product

    def test_a_change_leaves_the_other_fields_as_they_are_now(self, catalogue_service, lamp):
        """A piece was sold meanwhile: the new price must not write the old stock back."""
        Product.objects.take(lamp.pk, 1)

        changed = catalogue_service.change(lamp.pk, price=Decimal("25.00"))

        assert (changed.name, changed.price, changed.stock_quantity) == ("Lamp", Decimal("25.00"), 9)

    def test_a_change_leaves_other_products_as_they_are(self, catalogue_service, lamp, chair):
        catalogue_service.change(lamp.pk, price=Decimal("25.00"))

        chair.refresh_from_db()
        assert chair.price == Decimal("99.90")

    def test_a_change_without_fields_changes_nothing(self, catalogue_service, lamp):
        assert catalogue_service.change(lamp.pk) == lamp

    def test_a_retired_product_is_no_longer_offered_and_stays_in_its_orders(self, catalogue_service, lamp):
        order = OrderFactory(lines=[(lamp, 2)])

        catalogue_service.retire(lamp.pk)

        lamp.refresh_from_db()
        assert lamp.retired_at == MONDAY_NOON
        assert not Product.objects.offered().exists()
        assert [line.product for line in order.lines] == [lamp]

    @pytest.mark.parametrize("act", [CatalogueService.change, CatalogueService.retire])
    def test_changing_or_retiring_a_retired_product_is_refused(self, catalogue_service, act):
        retired = ProductFactory(retired=True)

        with pytest.raises(ProductNotFound):
            act(catalogue_service, retired.pk)


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
    def test_the_database_refuses_negative_stock_and_a_price_of_zero(self, wrong):
        with pytest.raises(IntegrityError):
            ProductFactory(**wrong)

    def test_str_is_the_name(self):
        assert str(ProductFactory.build(name="Lamp")) == "Lamp"


class TestSeedCatalogue:
    def test_the_first_run_adds_25_products(self, capsys):
        call_command("seed_catalogue")

        assert Product.objects.offered().count() == 25
        assert capsys.readouterr().out == "25 products added, 0 existed.\n"

    def test_a_second_run_adds_missing_products_and_changes_no_others(self, capsys):
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
