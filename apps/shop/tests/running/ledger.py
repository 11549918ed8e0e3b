"""What the databases hold, read behind the services' backs."""

from sqlalchemy import text

from running.mariadb import MariaDB


class Ledger:
    """Questions to the databases."""

    def __init__(self, database: MariaDB) -> None:
        self._engine = database.engine()

    def number(self, query: str, **values: str | int) -> int:
        """A number that a query yields."""
        with self._engine.connect() as connection:
            return int(connection.scalar(text(query), values) or 0)

    def run(self, statement: str, **values: str | int) -> None:
        """Change something."""
        with self._engine.begin() as connection:
            connection.execute(text(statement), values)

    def stock(self, product: str) -> int:
        """How many of a product are on the shelf."""
        return self.number("SELECT stock FROM shop_product.product WHERE id = :product", product=product)

    def set_stock(self, product: str, stock: int) -> None:
        """Put so many on the shelf."""
        self.run(
            "UPDATE shop_product.product SET stock = :stock WHERE id = :product", product=product, stock=stock
        )

    def captured(self, order_id: str) -> int:
        """How often the gateway took money for an order."""
        return self.number(
            "SELECT COUNT(*) FROM shop_payment.simulated_gateway_charge c JOIN shop_payment.payment p"
            " ON p.id = c.reference WHERE p.order_id = :order_id AND c.refusal = ''",
            order_id=order_id,
        )

    def charges(self) -> int:
        """How many charges the gateway has on its ledger, taken or refused."""
        return self.number("SELECT COUNT(*) FROM shop_payment.simulated_gateway_charge")
