import type { Trouble } from "../api/client";

/** What went wrong, and a way to try again where that may help. */
export function Notice({ trouble, retry }: { trouble: Trouble | undefined; retry?: () => void }) {
  if (trouble === undefined) return null;
  return (
    <div className="notice" role="alert">
      <span>{trouble.message}</span>
      {retry && trouble.passing && (
        <button type="button" className="quiet" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
