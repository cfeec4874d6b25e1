import type { Formatted } from './format';

/** A value with its unit small and dim behind it. */
export function Figure({ value, unit }: Formatted) {
  if (unit === '') return <>{value}</>;
  return (
    <>
      {value}
      <span className="unit">{unit}</span>
    </>
  );
}
