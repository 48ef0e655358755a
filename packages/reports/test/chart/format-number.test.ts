import { formatNumber, formatShare } from '../../src/index.js'

test.each([
  [0, '0'], [1, '1'], [0.84256, '0.8426'], [12.3456, '12.35'], [1234.5678, '1,235'], [8030, '8,030'], [-0.5, '-0.5'], [0.001234, '0.001234'],
  [0.0000123, '1.23e-5'], [Number.NaN, '–'], [Number.POSITIVE_INFINITY, '∞'], [Number.NEGATIVE_INFINITY, '−∞'],
])('%p reads %p', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})

test('a share is a percentage, and what is missing a dash', () => {
  expect(formatShare(0.84123)).toBe('84.1 %')
  expect(formatShare(undefined)).toBe('–')
  expect(formatNumber(undefined)).toBe('–')
})
