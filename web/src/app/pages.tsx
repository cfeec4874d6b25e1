import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { IconName } from '../ui/Icon';

/** A page of the shell: one entry in the rail, one lazy chunk. */
export interface Page {
  path: string;
  name: string;
  icon: IconName;
  /** Pressed after `g`. */
  key: string;
  View: LazyExoticComponent<ComponentType>;
}

const Overview = lazy(async () => {
  const { OverviewPage } = await import('../features/overview/OverviewPage');
  return { default: OverviewPage };
});
const Processes = lazy(async () => {
  const { ProcessesPage } = await import('../features/processes/ProcessesPage');
  return { default: ProcessesPage };
});
const Network = lazy(async () => {
  const { NetworkPage } = await import('../features/network/NetworkPage');
  return { default: NetworkPage };
});

export const PAGES: readonly Page[] = [
  { path: '/', name: 'Overview', icon: 'overview', key: 'o', View: Overview },
  { path: '/processes', name: 'Processes', icon: 'processes', key: 'p', View: Processes },
  { path: '/network', name: 'Network', icon: 'network', key: 'n', View: Network },
];
