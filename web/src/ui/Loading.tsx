/** The shape of a page that is still on its way. It does not move: it is gone within a second. */
export function PageLoading() {
  const rows = Array.from({ length: 12 }, (_, row) => row);
  return (
    <div className="loading" role="status">
      <span className="visually-hidden">Loading</span>
      <Skeleton width={220} height={18} />
      {rows.map((row) => (
        <div className="loading-row" key={row}>
          <Skeleton width={18} />
          <Skeleton width={44} />
          <Skeleton width={160 + ((row * 53) % 120)} />
          <Skeleton width={56} />
        </div>
      ))}
    </div>
  );
}

/** A block in place of a text or figure that is not there yet. */
export function Skeleton({ width, height = 9 }: { width: number; height?: number }) {
  return <span className="skeleton" style={{ width, height }} aria-hidden="true" />;
}
