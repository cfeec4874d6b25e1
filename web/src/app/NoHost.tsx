/** The hub knows no host that this user may see. */
export function NoHost() {
  return (
    <div className="empty">
      <h1>No host to show</h1>
      <p>
        The hub has had no samples yet. The first host appears here by itself, within half a minute
        of its first sample.
      </p>
    </div>
  );
}
