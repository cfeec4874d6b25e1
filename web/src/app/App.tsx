import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { session } from '../api/client';
import { SignInPage } from '../features/login/SignInPage';
import { Unreachable } from '../features/login/Unreachable';
import { Toaster } from '../ui/Toaster';
import { useSessionPhase } from './session';
import { Shell } from './Shell';

const queries = new QueryClient({
  defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: true, staleTime: 5_000 } },
});

/** What is drawn depends on the session first. */
export function App() {
  const phase = useSessionPhase();
  useEffect(() => {
    // What one user was allowed to read must not greet the next one.
    if (phase === 'out') queries.clear();
  }, [phase]);
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        {phase === 'unknown' ? (
          <main className="start" aria-busy="true" aria-label="Topmast" />
        ) : null}
        {phase === 'unreachable' ? <Unreachable onRetry={() => void session.resume()} /> : null}
        {phase === 'out' ? <SignInPage /> : null}
        {phase === 'in' ? <Shell /> : null}
        <Toaster />
      </QueryClientProvider>
    </CSPProvider>
  );
}
