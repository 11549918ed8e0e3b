import { Link, Outlet, Route, Routes } from "react-router";
import { CartPage } from "./pages/cart";
import { CataloguePage } from "./pages/catalogue";
import { CheckoutPage } from "./pages/checkout";
import { OrderPage, OrdersPage } from "./pages/orders";
import { ProductPage } from "./pages/product";
import { SignPage } from "./pages/sign";
import { Header } from "./parts/header";

export function App() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<CataloguePage />} />
        <Route path="products/:id" element={<ProductPage />} />
        <Route path="cart" element={<CartPage />} />
        <Route path="checkout" element={<CheckoutPage />} />
        <Route path="orders" element={<OrdersPage />} />
        <Route path="orders/:id" element={<OrderPage />} />
        <Route path="sign-in" element={<SignPage key="in" fresh={false} />} />
        <Route path="sign-up" element={<SignPage key="up" fresh={true} />} />
        <Route path="*" element={<Nowhere />} />
      </Route>
    </Routes>
  );
}

function Frame() {
  return (
    <>
      <Header />
      <main>
        <Outlet />
      </main>
      <footer>Fieldhouse sells nothing: it shows a shop running on a platform.</footer>
    </>
  );
}

function Nowhere() {
  return (
    <section className="empty">
      <h1>There is nothing here</h1>
      <Link to="/" className="main">
        Look at the shelf
      </Link>
    </section>
  );
}
