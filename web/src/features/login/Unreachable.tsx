import { useEffect } from 'react';
import { Button } from '../../ui/Button';
import { Logo } from '../../ui/Logo';

/** How often to try by ourselves, in milliseconds. */
const AGAIN = 5000;

/** The page came from somewhere, but the hub does not answer, so nobody knows who is signed in. */
export function Unreachable({ onRetry }: { onRetry: () => void }) {
  useEffect(() => {
    const timer = setInterval(onRetry, AGAIN);
    return () => clearInterval(timer);
  }, [onRetry]);
  return (
    <main className="empty empty-page" role="status">
      <Logo size={44} />
      <h1>The hub does not answer</h1>
      <p>The page tries again every 5 s. Nothing was lost: the hub keeps your session.</p>
      <Button variant="primary" onClick={onRetry}>
        Try now
      </Button>
    </main>
  );
}
