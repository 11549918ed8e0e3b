import { type FormEvent, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { api, type Trouble, type Visitor } from "../api/client";
import { Field } from "../parts/field";
import { Notice } from "../parts/notice";
import { asTrouble } from "../state/loaded";
import { useStore } from "../state/store";

/** Signing in, or signing up for an account. */
export function SignPage({ fresh }: { fresh: boolean }) {
  const { setUser } = useStore();
  const navigate = useNavigate();
  const [query] = useSearchParams();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [trouble, setTrouble] = useState<Trouble>();
  const next = query.get("next") ?? "/";

  async function submit(event: FormEvent) {
    event.preventDefault();
    try {
      const made: Promise<Visitor> = fresh
        ? api.signUp({ name, email, password })
        : api.signIn({ email, password });
      setUser((await made).user);
      navigate(next.startsWith("/") && !next.startsWith("//") ? next : "/");
    } catch (reason) {
      setTrouble(asTrouble(reason));
    }
  }

  return (
    <form className="card" onSubmit={submit}>
      <h1>{fresh ? "Create an account" : "Sign in"}</h1>
      <Notice trouble={trouble} />
      {fresh && <Field label="Name" autoComplete="name" maxLength={80} value={name} onValue={setName} />}
      <Field label="Email" type="email" autoComplete="email" value={email} onValue={setEmail} />
      <Field
        label="Password"
        type="password"
        autoComplete={fresh ? "new-password" : "current-password"}
        minLength={fresh ? 10 : 1}
        value={password}
        onValue={setPassword}
      />
      <button type="submit" className="main">
        {fresh ? "Create account" : "Sign in"}
      </button>
      <p>
        {fresh ? (
          <Link to={`/sign-in?${query}`}>I have an account</Link>
        ) : (
          <Link to={`/sign-up?${query}`}>I am new here</Link>
        )}
      </p>
    </form>
  );
}
