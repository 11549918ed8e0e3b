"""How things are named, wherever a name is a parameter."""

from storekit.operation import Parameter

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SLUG = "[a-z0-9]+(-[a-z0-9]+){0,8}"

ORDER = Parameter("order_id", "path", UUID, "an order")
PRODUCT = Parameter("product_id", "path", SLUG, "a product")
SESSION = Parameter("session_id", "path", UUID, "a session")
CART = Parameter("cart_id", "path", UUID, "a cart: whoever knows its id holds it")
CATEGORY = Parameter("category", "query", "[a-z]{1,20}", "only products of this category", False)
SEARCH = Parameter("search", "query", r"[^\x00-\x1f]{1,60}", "only products whose name or text has it", False)
