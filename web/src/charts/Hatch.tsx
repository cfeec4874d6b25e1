/** The pattern of a stretch without samples. `id` must be unique on the page. */
export function HatchPattern({ id }: { id: string }) {
  return (
    <defs>
      <pattern
        id={id}
        width="5"
        height="5"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <path d="M0 0V5" className="hatch" />
      </pattern>
    </defs>
  );
}
