/**
 * A number for people: four significant digits, thousands apart, no exponent where none is needed.
 *
 * @returns `–` for what is not a number.
 * @example
 * formatNumber(1234.5678) // => '1,235'
 */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return value.toExponential(2)
  const digits = size >= 1000 || size === 0 ? 0 : Math.min(6, Math.max(0, 3 - Math.floor(Math.log10(size))))
  return new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }).format(value)
}

/** A share as a percentage with one decimal. @example formatShare(0.8412) // => '84.1 %' */
export function formatShare(share: number | undefined): string {
  return share === undefined || !Number.isFinite(share) ? '–' : `${(share * 100).toFixed(1)} %`
}
