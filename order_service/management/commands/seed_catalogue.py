"""Adds products for trials."""

from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from order_service.models import Product
from order_service.services import CatalogueService

CATALOGUE = (
    ("Desk lamp Alba", "A small lamp of brushed steel with a warm light; the arm turns in two joints.", "39.90", 120),
    ("Floor lamp Alba", "The desk lamp's tall sister, with a switch for the foot.", "89.00", 45),
    ("Reading chair", "Oak and wool felt; low enough to stay for another chapter.", "349.00", 12),
    ("Side table", "Solid oak, forty centimetres across, room for a cup and a book.", "79.50", 40),
    ("Bookshelf, five boards", "Oak veneer, fixed to the wall with two screws that come with it.", "189.00", 25),
    ("Bookends, pair", "Cast iron, felt below; they hold an encyclopaedia.", "24.90", 80),
    ("Wool blanket", "Merino from one flock, woven in one mill, 130 by 180 centimetres.", "119.00", 60),
    ("Linen cushion", "Washed linen, filled with spelt husks.", "34.00", 150),
    ("Teapot", "Stoneware for one litre, with a sieve that one can take out.", "54.00", 70),
    ("Tea cups, set of four", "Stoneware without handles, 200 millilitres each.", "42.00", 90),
    ("Coffee grinder", "By hand, with steel burrs and a glass that shows how much.", "68.00", 55),
    ("French press", "Glass and steel, for three cups.", "29.90", 100),
    ("Kitchen knife", "Carbon steel, eighteen centimetres; wants to be dried.", "95.00", 35),
    ("Chopping board", "End-grain beech that the knife will thank you for.", "58.00", 65),
    ("Cast iron pan", "Twenty-eight centimetres, seasoned, for life.", "74.00", 50),
    ("Mixing bowls, set of three", "Steel, with lids; they stand in one another.", "46.50", 75),
    ("Apron", "Heavy cotton with one pocket for the thermometer.", "32.00", 110),
    ("Notebook, dotted", "192 numbered pages that a fountain pen does not bleed through.", "14.90", 400),
    ("Fountain pen", "Brass, fine nib; it gets nicer with the years.", "64.00", 85),
    ("Ink, midnight blue", "Fifty millilitres, waterproof when dry.", "12.50", 300),
    ("Pencils, dozen", "Cedar, HB, with no rubber to dry out.", "9.90", 500),
    ("Letter scale", "Up to 250 grams, and no battery.", "27.00", 30),
    ("Wall clock", "Quartz, silent, with numbers that can be read from the sofa.", "49.00", 60),
    ("Picture frame A4", "Ash, with real glass.", "22.00", 140),
    ("Watering can", "One and a half litres, with a long neck for the back of the shelf.", "36.00", 70),
)


class Command(BaseCommand):
    help = "Add 25 products; those that exist already are left unchanged."

    def handle(self, **_: Any) -> None:
        with transaction.atomic():
            # Retired products count as existing: staff have retired them on purpose.
            existing = set(Product.objects.values_list("name", flat=True))
            missing = [entry for entry in CATALOGUE if entry[0] not in existing]
            for name, description, price, pieces in missing:
                CatalogueService().add(name=name, description=description, price=Decimal(price), stock_quantity=pieces)
        self.stdout.write(f"{len(missing)} products added, {len(CATALOGUE) - len(missing)} existed.")
