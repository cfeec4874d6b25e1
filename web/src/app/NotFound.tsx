import { Link } from 'wouter';

/** An address that leads nowhere. */
export function NotFound() {
  return (
    <div className="empty">
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped. Go to the <Link href="/">overview</Link>.
      </p>
    </div>
  );
}
