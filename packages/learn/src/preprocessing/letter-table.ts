/**
 * What a UTF-16 code unit or code point is to the tokenizer: 0 for what separates words, else the lower-case letter it stands for,
 * or one of the marks below. The marks are noncharacters and numbers above Unicode, so no letter maps to them.
 */
export const separator = 0
/** Flat table only: the page of this code unit is not filled yet. */
const unknown = 0xffff
/** Flat table only: look the code point up with {@link classifyCodePoint}. */
const special = 0xfffe
/** From here on an entry of the flat table is not a letter. */
export const firstMark = special
/** Continues a word but does not start one: a combining mark that has no precomposed letter. */
export const combiningFlag = 0x1000000
/** The code point is not in normal form C, or may join with the letter before it. */
export const composableFlag = 0x2000000
export const codePointMask = 0x1fffff

const letter = /[\p{L}\p{N}_]/u
const combining = /\p{M}/u
const iWithDotAbove = 0x130
const sigma = 0x3c3
const finalSigma = 0x3c2

// Memos of a pure function, filled page by page on first use: 128 KB for the basic plane, 1 KB per page touched above it.
let flat: Uint16Array | undefined
const pages = new Map<number, Uint32Array>()

/** Entry per UTF-16 code unit; entries from {@link firstMark} on are resolved by {@link resolveUnit}. */
export function letterTable(): Uint16Array {
  flat ??= new Uint16Array(0x10000).fill(unknown)
  return flat
}

/**
 * Resolves a code unit whose entry in the flat table is a mark, filling the table's page when it is not known yet.
 *
 * @returns 0, a lower-case code point, or a code point with flags; the caller skips two units for code points above 0xffff.
 */
export function resolveUnit(text: string, position: number): number {
  const unit = text.charCodeAt(position)
  const table = letterTable()
  if (table[unit] === unknown) fillPage(table, unit >>> 8)
  if (table[unit] < firstMark) return table[unit]
  return classifyCodePoint(text.codePointAt(position)!)
}

function fillPage(table: Uint16Array, page: number): void {
  for (let unit = page << 8; unit < (page + 1) << 8; unit++) {
    const entry = unit >= 0xd800 && unit <= 0xdfff ? special : classify(unit)
    table[unit] = entry < firstMark ? entry : special
  }
}

function classifyCodePoint(codePoint: number): number {
  const number = codePoint >>> 8
  let page = pages.get(number)
  if (!page) {
    page = new Uint32Array(256)
    for (let i = 0; i < 256; i++) page[i] = classify((number << 8) | i)
    pages.set(number, page)
  }
  return page[codePoint & 0xff]
}

function classify(codePoint: number): number {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return separator
  const text = String.fromCodePoint(codePoint)
  if (combining.test(text)) return codePoint | combiningFlag | composableFlag
  if (!letter.test(text)) return text.normalize('NFC') === text ? separator : codePoint | composableFlag
  const lower = lowerCase(codePoint, text)
  const joinsBefore = codePoint >= 0x1161 && codePoint <= 0x11c2 // Hangul vowels and finals
  return joinsBefore || text.normalize('NFC') !== text ? lower | composableFlag : lower
}

function lowerCase(codePoint: number, text: string): number {
  if (codePoint === iWithDotAbove) return 0x69 // its lower case would be two code points, i and a dot
  const lower = text.toLowerCase().codePointAt(0)!
  return lower === finalSigma ? sigma : lower
}
