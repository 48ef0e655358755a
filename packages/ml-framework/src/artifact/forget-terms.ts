import type { Tensor } from '@motadata/learn'
import { checksumOf } from './model-artifact.js'
import { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from './safetensors.js'

/** What an artifact holds of words: terms of vocabularies, and all texts of its metadata. */
export interface ArtifactWords {
  readonly terms: readonly string[]
  readonly metadata: readonly unknown[]
}

/** @throws ModelLoadError `MODEL_LOAD_FAILED` */
export function wordsOfArtifact(bytes: Uint8Array): ArtifactWords {
  const file = decodeSafetensors(bytes)
  const terms = vocabularies(file).flatMap(({ texts }) => texts)
  return { terms, metadata: [...file.metadata.values()].map(parsed) }
}

/**
 * The artifact with terms of its vocabularies forgotten: each becomes the term before it and the character U+0001, which no text has as a word and
 * which keeps terms in their order. Nothing else changes, so predictions of texts without these terms stay what they were.
 *
 * @param isForgotten - Asked of every term.
 * @returns the new bytes, with a checksum of their own; undefined where there is no such term
 * @throws ModelLoadError `MODEL_LOAD_FAILED`
 */
export function forgetTerms(bytes: Uint8Array, isForgotten: (term: string) => boolean): Uint8Array | undefined {
  const file = decodeSafetensors(bytes)
  const tensors = new Map(file.tensors)
  let forgotten = 0
  for (const { name, texts } of vocabularies(file)) {
    if (!texts.some(isForgotten)) continue
    let before = ''
    const kept = texts.map((text) => {
      if (!isForgotten(text)) return (before = text)
      forgotten++
      return (before = `${before}\u0001`)
    })
    const encoded = kept.map((text) => new TextEncoder().encode(text))
    const offsets = new Uint32Array(encoded.length + 1)
    encoded.forEach((term, at) => (offsets[at + 1] = offsets[at]! + term.length))
    const data = new Uint8Array(offsets.at(-1)!)
    encoded.forEach((term, at) => data.set(term, offsets[at]))
    tensors.set(`${name}terms`, { dtype: 'U8', shape: [data.length], data })
    tensors.set(`${name}offsets`, { dtype: 'U32', shape: [offsets.length], data: offsets })
  }
  if (forgotten === 0) return undefined
  const { checksum: _, ...rest } = Object.fromEntries(file.metadata)
  const metadata = new Map(Object.entries(rest))
  return encodeSafetensors({ tensors, metadata: new Map([...metadata, ['checksum', checksumOf({ metadata, tensors })]]) })
}

function vocabularies({ tensors }: SafetensorsFile): readonly { readonly name: string; readonly texts: readonly string[] }[] {
  return [...tensors].filter(([name, { dtype }]) => name.endsWith('terms') && dtype === 'U8').flatMap(([key, terms]) => {
    const name = key.slice(0, -'terms'.length)
    const offsets = tensors.get(`${name}offsets`)
    return offsets?.dtype === 'U32' ? [{ name, texts: textsOf(terms, offsets) }] : []
  })
}

function textsOf(terms: Tensor, offsets: Tensor): readonly string[] {
  const decoder = new TextDecoder()
  return Array.from({ length: offsets.data.length - 1 }, (_, at) => decoder.decode((terms.data as Uint8Array).subarray(offsets.data[at], offsets.data[at + 1])))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
