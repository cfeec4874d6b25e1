/** The mast under two square sails. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg className="logo-mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <path
        className="logo-sail"
        d="M10 4h12c.2 3.500.9 6.500 2 9q-8-3-16 0c1.100-2.500 1.800-5.500 2-9z"
      />
      <path d="M7 15.500q9-3.200 18 0c.3 4 1.200 8 2.800 11.500q-11.800-4-23.600 0C5.800 23.500 6.700 19.500 7 15.500z" />
      <path d="M14.700 0h2.600v4h-2.600zM14.700 25h2.600v7h-2.600z" />
    </svg>
  );
}
