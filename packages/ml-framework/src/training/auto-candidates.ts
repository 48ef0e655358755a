import type { ModelType } from '@motadata/core'
import { type EstimatorEntry, estimatorCatalog } from '@motadata/learn'

/** One thing to try: an estimator with hyperparameters. */
export interface Candidate {
  readonly entry: EstimatorEntry
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>
}

interface Family {
  /** Kinds of the catalogue that are of this family. */
  readonly kind: RegExp
  /** Tried one by one; names that the estimator does not have are left out. */
  readonly variants: readonly Readonly<Record<string, number>>[]
}

const defaults = {}
const families = {
  logistic: { kind: /^logistic-regression$/, variants: [{ C: 3 }, { C: 30 }] },
  linearSvm: { kind: /^linear-sv/, variants: [{ C: 0.1 }, { C: 1 }] },
  complementNaiveBayes: { kind: /^complement-n/, variants: [{ alpha: 0.1 }, { alpha: 1 }] },
  boosting: { kind: /^(?:hist-)?gradient-boost/, variants: [defaults] },
  forest: { kind: /^random-forest/, variants: [defaults] },
  ridge: { kind: /^ridge/, variants: [{ alpha: 0.3 }, { alpha: 3 }, { alpha: 30 }] },
} satisfies Record<string, Family>

const shortLists: Readonly<Record<ModelType, { readonly text: readonly Family[]; readonly table: readonly Family[] }>> = {
  classification: {
    text: [families.logistic, families.linearSvm, families.complementNaiveBayes],
    table: [families.boosting, families.logistic, families.forest],
  },
  regression: { text: [families.ridge], table: [families.boosting, families.ridge, families.forest] },
}

/**
 * What is worth trying on such data, as far as the catalogue has it: linear models and naive Bayes on text, trees beside linear models
 * on tables. Where nothing of the list is there, the baseline.
 */
export function autoCandidates(task: ModelType, hasText: boolean): readonly Candidate[] {
  const list = shortLists[task][hasText ? 'text' : 'table']
  const found = list.flatMap((family: Family) => {
    const entry = estimatorCatalog.find((candidate) => candidate.task === task && family.kind.test(candidate.kind))
    return entry ? variantsOf(entry, family) : []
  })
  if (found.length > 0) return found
  const baseline = estimatorCatalog.find((candidate) => candidate.task === task)
  return baseline ? [{ entry: baseline, hyperparameters: defaults }] : []
}

/** The estimator that was asked for: with what was given, or the variants of its family where that leaves open what they differ in. */
export function candidatesOf(entry: EstimatorEntry, given: Candidate['hyperparameters']): readonly Candidate[] {
  const family: Family | undefined = Object.values<Family>(families).find(({ kind }) => kind.test(entry.kind))
  const variants = family === undefined || family === families.logistic ? [] : variantsOf(entry, family)
  const isOpen = variants.length > 1 && variants.every(({ hyperparameters }) => Object.keys(hyperparameters).every((name) => !Object.hasOwn(given, name)))
  return isOpen ? variants.map((variant) => ({ entry, hyperparameters: { ...given, ...variant.hyperparameters } })) : [{ entry, hyperparameters: given }]
}

function variantsOf(entry: EstimatorEntry, { variants }: Family): Candidate[] {
  const known = variants.map((variant) => Object.fromEntries(Object.entries(variant).filter(([name]) => Object.hasOwn(entry.hyperparameterSchema, name))))
  const distinct = [...new Map(known.map((variant) => [JSON.stringify(variant), variant])).values()]
  return distinct.map((hyperparameters) => ({ entry, hyperparameters }))
}
