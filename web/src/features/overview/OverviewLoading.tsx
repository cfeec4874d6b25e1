import { Skeleton } from '../../ui/Loading';

const CARDS = ['Active processes', 'Connections', 'Data received', 'Data sent'];

/** The shape of the overview before the first frame. */
export function OverviewLoading() {
  return (
    <div className="overview" role="status" aria-busy="true">
      <span className="visually-hidden">Waiting for the first sample</span>
      <header className="overview-head">
        <Skeleton width={220} height={18} />
      </header>
      <div className="cards">
        {CARDS.map((name) => (
          <section className="card" key={name}>
            <h2>{name}</h2>
            <Skeleton width={90} height={24} />
            <Skeleton width={150} />
          </section>
        ))}
      </div>
      <div className="overview-row">
        {['CPU', 'Memory', 'Pressure'].map((name) => (
          <section className={`panel panel-${name.toLowerCase()}`} key={name}>
            <h2 className="panel-head">{name}</h2>
            <Skeleton width={180} />
          </section>
        ))}
      </div>
    </div>
  );
}
