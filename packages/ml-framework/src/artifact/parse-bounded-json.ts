import { ModelLoadError } from '@motadata/core'

const deepest = 32

/**
 * The value that JSON text says, if it is not nested deeper than 32 levels: a few bytes could otherwise overflow the stack of
 * whoever walks the value.
 *
 * @param what - What the text is, for the message.
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function parseBoundedJson(what: string, text: string): unknown {
  if (depthOf(text) > deepest) throw invalid(what, `JSON nested at most ${deepest} levels deep`, 'deeper JSON')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(what, 'JSON', 'other text', cause)
  }
}

function depthOf(text: string): number {
  let depth = 0
  let most = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const unit = text[i]
    if (quoted) {
      if (unit === '\\') i++
      else if (unit === '"') quoted = false
    } else if (unit === '"') quoted = true
    else if (unit === '[' || unit === '{') most = Math.max(most, ++depth)
    else if (unit === ']' || unit === '}') depth--
  }
  return most
}

function invalid(what: string, expected: string, received: string, cause?: unknown): ModelLoadError {
  return new ModelLoadError(
    'MODEL_LOAD_FAILED',
    `Expected ${expected} as ${what} of a model artifact, got ${received}. Train or register the model again.`,
    { details: { field: what, expected, received }, ...(cause === undefined ? {} : { cause }) },
  )
}
