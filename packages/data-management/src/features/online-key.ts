import { createHash } from 'node:crypto'
import { type CellValue, type Entity, MLError, type RegisteredFeatureView } from '@motadata/core'

const longestKey = 600

/**
 * Under what a row of a view is kept online: the view, the form it is kept in, and the keys of what it is about. Long keys are hashed.
 *
 * @returns undefined when a key is missing: nothing is kept of that
 * @throws MLError `INPUT_INVALID` for a key of another kind than the entity's
 */
export function onlineKey({ definition, generation }: RegisteredFeatureView, entities: readonly Entity[], keys: readonly CellValue[]): string | undefined {
  let text = ''
  for (let at = 0; at < entities.length; at++) {
    const key = keyText(entities[at]!, keys[at] ?? null)
    if (key === undefined) return undefined
    text += `/${escaped(key)}`
  }
  const prefix = `features/${definition.name}/${generation}`
  return text.length <= longestKey ? prefix + text : `${prefix}/#${createHash('sha256').update(text).digest('hex')}`
}

/** As it is, but for what keeps keys apart: an erasure finds it by its text. */
function escaped(key: string): string {
  return key.replaceAll('%', '%25').replaceAll('/', '%2F')
}

/** A key as text, the same however it came. @throws MLError `INPUT_INVALID` */
export function keyText({ name, joinKey, keyKind }: Entity, value: CellValue): string | undefined {
  if (value === null || value === '' || (typeof value === 'number' && Number.isNaN(value))) return undefined
  if (keyKind === 'number') {
    const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value
    if (Number.isSafeInteger(number)) return String(number)
  } else if (typeof value === 'string' ? value.isWellFormed() && !value.includes('\0') : typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new MLError('INPUT_INVALID', `Expected '${joinKey}' to hold keys of the entity '${name}', which are ${keyKind === 'number' ? 'whole numbers' : 'texts'}, got a ${value instanceof Date ? 'date' : typeof value}.`, {
    details: { field: joinKey, expected: keyKind, received: value instanceof Date ? 'date' : typeof value },
  })
}
