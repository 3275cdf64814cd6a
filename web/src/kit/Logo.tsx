/** A carved bracket (雀替) in the corner of column and beam. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="7" fill="#0e6a63" />
      <path d="M5 7.5h22v3H5z" fill="#fff" />
      <path d="M5 10.5h3.2V26H5z" fill="#fff" />
      <path
        d="M9.6 11.9H26c-1.700 0-2.600 1.300-3.600 2.400-1.200 1.200-2.700.9-4 .7-1 2.700-3.100 2.800-4.700 2.900.1 2.300-.8 3.500-2.200 4.300-1.200.700-1.900 1.500-1.900 2.900z"
        fill="#f0b48c"
      />
    </svg>
  );
}
