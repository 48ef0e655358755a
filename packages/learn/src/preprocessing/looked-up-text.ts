import { codePointMask, combiningFlag, composableFlag, firstMark, letterTable, resolveUnit, separator } from './letter-table.js'

/** Whether some of the text can not be read by the table of letters alone. What the table lacked of the text, it holds afterwards. */
export function needsLookUp(text: string): boolean {
  const table = letterTable()
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (table[unit] < firstMark) continue
    resolveUnit(text, i)
    if (table[unit] >= firstMark) return true
  }
  return false
}

/** The text in normal form C as lower-case letters, 0 for what separates words: what `TextTokenizer` makes words of. */
export function lookUpText(text: string, isNormal = false): Uint32Array {
  const table = letterTable()
  const letters = new Uint32Array(text.length)
  let count = 0
  let isInWord = false
  for (let i = 0; i < text.length; i++) {
    let letter = table[text.charCodeAt(i)]
    if (letter >= firstMark) {
      const entry = resolveUnit(text, i)
      if ((entry & composableFlag) !== 0 && !isNormal) return lookUpText(text.normalize('NFC'), true)
      letter = (entry & combiningFlag) !== 0 && !isInWord ? separator : entry & codePointMask
      if (text.codePointAt(i)! > 0xffff) i++
    }
    isInWord = letter !== separator
    letters[count++] = letter
  }
  return letters.subarray(0, count)
}
