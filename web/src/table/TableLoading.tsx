import { Skeleton } from '../ui/Loading';

const ROWS = Array.from({ length: 18 }, (_, row) => row);

/** The shape of rows that are on their way. It does not move: it is gone within a second. */
export function TableLoading({ what }: { what: string }) {
  return (
    <div className="table-loading" role="status">
      <span className="visually-hidden">Waiting for the first {what}</span>
      {ROWS.map((row) => (
        <div key={row} className="table-loading-row">
          <Skeleton width={14} />
          <Skeleton width={40} />
          <Skeleton width={120 + ((row * 67) % 200)} />
          <Skeleton width={56} />
        </div>
      ))}
    </div>
  );
}
