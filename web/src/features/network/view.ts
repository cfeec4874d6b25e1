import { useSearchParams } from 'wouter';

/** What a narrow page shows; a wide one shows all at once. */
export type NetworkView = 'connections' | 'ports' | 'interfaces';

const VIEWS: readonly NetworkView[] = ['connections', 'ports', 'interfaces'];

/** The part of the page that is shown, as the address bar has it. */
export function useNetworkView(): [NetworkView, (view: NetworkView) => void] {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('view');
  const view = VIEWS.find((known) => known === wanted) ?? 'connections';
  const choose = (next: NetworkView) => {
    const change = (before: URLSearchParams) => {
      const after = new URLSearchParams(before);
      if (next === 'connections') after.delete('view');
      else after.set('view', next);
      return after;
    };
    setSearch(change, { replace: true });
  };
  return [view, choose];
}
