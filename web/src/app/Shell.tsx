import { Suspense, useEffect, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { liveHost } from '../live/connection';
import { PageLoading } from '../ui/Loading';
import { StreamBanner } from './Banner';
import { Failure } from './Failure';
import { useServer, useServers } from './host';
import { KeySheet } from './KeySheet';
import { useShellKeys } from './keys';
import { NoHost } from './NoHost';
import { NotFound } from './NotFound';
import { PAGES } from './pages';
import { Rail } from './Rail';
import { TopBar } from './TopBar';

/** The frame around every page. */
export function Shell() {
  const server = useServer();
  const hostless = useServers().data?.servers.length === 0;
  const [location] = useLocation();
  const [keysShown, showKeys] = useState(false);
  useShellKeys(() => showKeys(true));
  useEffect(() => liveHost.follow(server?.id ?? null), [server?.id]);
  useEffect(() => {
    const page = PAGES.find(({ path }) => path === location)?.name ?? 'Not found';
    document.title = `${page}${server ? ` – ${server.hostname}` : ''} – Topmast`;
  }, [location, server]);
  return (
    <div className="app">
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <Rail />
      <TopBar onKeys={() => showKeys(true)} />
      <main id="page" className="page" tabIndex={-1}>
        <StreamBanner />
        <Failure key={location}>
          <Suspense fallback={<PageLoading />}>{hostless ? <NoHost /> : <Pages />}</Suspense>
        </Failure>
      </main>
      <KeySheet open={keysShown} onOpenChange={showKeys} />
    </div>
  );
}

function Pages() {
  return (
    <Switch>
      {PAGES.map(({ path, View }) => (
        <Route key={path} path={path} component={View} />
      ))}
      <Route component={NotFound} />
    </Switch>
  );
}
