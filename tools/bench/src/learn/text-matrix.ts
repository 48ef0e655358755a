import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRandom } from '@motadata/core'
import { type ClassificationTarget, type SparseRows, TfidfVectorizer } from '@motadata/learn'
import type { LabelledTickets } from '../main-job/labelled-tickets.js'

/** A TF-IDF matrix with the classes of its rows. */
export interface TextPart {
  readonly sparse: SparseRows
  readonly target: ClassificationTarget
}

export interface TextMatrix {
  readonly train: TextPart
  readonly test: TextPart
  /** What the texts are, for a task's name. */
  readonly origin: string
}

/** The classes that documents are made of, and how large the vocabulary is that they share. */
const generated = { classCount: 8, vocabulary: 30_000, wordsPerClass: 400, topicShare: 0.25, mislabelled: 0.08 } as const

/**
 * Documents of twenty to sixty words: most of them from one vocabulary in which a few words are frequent (Zipf), a quarter from the
 * words of the document's class; every twelfth has another class than its words say.
 */
export function generateTextMatrix(trainRows: number, testRows: number, seed: number): TextMatrix {
  const random = createRandom(seed)
  const classes = Array.from({ length: generated.classCount }, (_, code) => `class ${code}`)
  const rows = Array.from({ length: trainRows + testRows }, (): [text: string, label: string] => {
    const code = Math.floor(random.next() * random.next() * generated.classCount)
    const words = Array.from({ length: 20 + Math.floor(random.next() * 40) }, () => {
      const isTopic = random.next() < generated.topicShare
      const range = isTopic ? generated.wordsPerClass : generated.vocabulary
      const word = Math.floor(range ** random.next()) - 1
      return isTopic ? `t${(code * 7919 + word * 31) % (generated.wordsPerClass * 4)}` : `w${word}`
    })
    const label = random.next() < generated.mislabelled ? Math.floor(random.next() * generated.classCount) : code
    return [words.join(' '), classes[label] ?? '']
  })
  return vectorize(rows.slice(0, trainRows), rows.slice(trainRows), `${trainRows} generated documents`)
}

export function ticketTextMatrix({ train, test, origin }: LabelledTickets): TextMatrix {
  return vectorize(train, test, `${train.length} ${origin}`)
}

function vectorize(train: LabelledTickets['train'], test: LabelledTickets['test'], origin: string): TextMatrix {
  const classes = [...new Set(train.map(([, label]) => label))].sort()
  const targetOf = (rows: LabelledTickets['train']): ClassificationTarget => ({ classes, codes: Int32Array.from(rows, ([, label]) => classes.indexOf(label)) })
  const { fitted, rows } = new TfidfVectorizer({ sublinearTf: true }).fitTransform(train.map(([text]) => text))
  return {
    train: { sparse: rows, target: targetOf(train) },
    test: { sparse: fitted.transform(test.map(([text]) => text)), target: targetOf(test) },
    origin,
  }
}

/** The files of a part, for a peer to read. */
export function writeTextPart({ sparse, target }: TextPart): Readonly<Record<'pointers' | 'indices' | 'values' | 'codes', string>> {
  const folder = mkdtempSync(join(tmpdir(), 'motadata-bench-'))
  const write = (name: string, data: Uint32Array | Float32Array | Int32Array): string => {
    writeFileSync(join(folder, name), new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    return join(folder, name)
  }
  return {
    pointers: write('pointers', sparse.rowPointers), indices: write('indices', sparse.columnIndices), values: write('values', sparse.values),
    codes: write('codes', target.codes),
  }
}
