/** Check digits by which numbers that mean something are told from others. Each takes what its number is made of, without spaces. */

/** ISO/IEC 7812-1, annex B. @example isLuhn('4111111111111111') // => true */
export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let at = digits.length - 1, isDouble = false; at >= 0; at--, isDouble = !isDouble) {
    const digit = digits.charCodeAt(at) - 48
    sum += isDouble ? (digit * 2) % 10 + Math.floor(digit / 5) : digit
  }
  return sum % 10 === 0
}

/** ISO 13616 with ISO 7064, MOD 97-10. @example isIban('DE89370400440532013000') // => true */
export function isIban(text: string): boolean {
  let remainder = 0
  for (const letter of text.slice(4) + text.slice(0, 4)) {
    const value = letter >= 'A' ? letter.charCodeAt(0) - 55 : Number(letter)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

/** The German tax number of a person (§ 139b AO): eleven digits by ISO 7064, MOD 11,10, of the first ten one digit two or three times. */
export function isGermanTaxNumber(digits: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  if (digits[0] === '0' || repeated.length !== 1 || repeated[0]! > 3) return false
  let product = 10
  for (let at = 0; at < 10; at++) {
    const sum = (Number(digits[at]) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return (11 - product) % 10 === Number(digits[10])
}

/** The German pension insurance number (§ 147 SGB VI): area, day of birth, a letter, a serial number and a check digit. */
export function isGermanPensionNumber(text: string): boolean {
  const [day, month] = [Number(text.slice(2, 4)), Number(text.slice(4, 6))]
  if (day < 1 || day > 31 || month < 1 || month > 12) return false
  const letter = String(text.charCodeAt(8) - 64).padStart(2, '0')
  const digits = text.slice(0, 8) + letter + text.slice(9, 11)
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
  const sum = weights.reduce((total, weight, at) => {
    const product = Number(digits[at]) * weight
    return total + Math.floor(product / 10) + (product % 10)
  }, 0)
  return sum % 10 === Number(text[11])
}
