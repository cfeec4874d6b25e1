import '../../styles/overview.css';
import { useHead, useHostStore, useVersion } from '../../live/hooks';
import { Cards } from './Cards';
import { CpuPanel } from './CpuPanel';
import { Headline } from './Headline';
import { MemoryPanel } from './MemoryPanel';
import { OverviewLoading } from './OverviewLoading';
import { PressurePanel } from './PressurePanel';
import { TopProcesses } from './TopProcesses';

/** How the host does, at a glance. */
export function OverviewPage() {
  useVersion();
  const store = useHostStore();
  const head = useHead();
  if (!head) return <OverviewLoading />;
  const stale = store.status.phase === 'reconnecting' || store.status.phase === 'ended';
  return (
    <div className={stale ? 'overview stale' : 'overview'}>
      <Headline head={head} />
      <Cards head={head} connections={store.connections} trails={store.trails} />
      <div className="overview-row">
        <CpuPanel head={head} />
        <MemoryPanel system={head.system} />
        <PressurePanel system={head.system} gaps={head.gaps} trails={store.trails} />
      </div>
      <TopProcesses total={head.system.total_processes} />
    </div>
  );
}
