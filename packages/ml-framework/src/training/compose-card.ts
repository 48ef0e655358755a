import {
  type CardLeakage, type CardModel, type CardSplit, type Column, type Dataset, type ModelCard, modelCardFormat, type ModelType, type TrainingSpec,
} from '@motadata/core'
import type { ColumnUse } from '../processing/fitted-processor.js'
import type { LearnedModel } from './learned-model.js'

/** A card but for the version that it is of, which is known once that is registered. */
export type CardDraft = Omit<ModelCard, 'model'>

/** What a card is made of, beside the model. */
export interface CardFacts {
  readonly task: ModelType
  readonly spec: TrainingSpec
  readonly dataset: Dataset
  readonly fingerprint: string
  readonly rowsWithoutTarget: number
  readonly columnUses: readonly ColumnUse[]
  readonly split: Omit<CardSplit, 'calibrationRows'>
  readonly leakage: readonly CardLeakage[]
  readonly versions: Readonly<Record<string, string>>
  readonly trainSeconds: number
  readonly notes: readonly string[]
}

const fewTestRows = 100
const manyDuplicates = 0.05

/** Puts together what is known of a trained model, and says what follows for its use. */
export function composeCard(learned: LearnedModel, facts: CardFacts): CardDraft {
  const { spec, dataset, split } = facts
  const kindOf = (name: string): Column['kind'] => dataset.columns.get(name)?.kind ?? 'text'
  return {
    format: modelCardFormat,
    intendedUse: intendedUse(facts),
    limits: limitsOf(learned, facts),
    data: {
      fingerprint: facts.fingerprint,
      rowCount: dataset.rowCount,
      target: spec.target,
      rowsWithoutTarget: facts.rowsWithoutTarget,
      columns: facts.columnUses.map(({ name, use }) => ({ name, kind: spec.columnKinds?.[name] ?? kindOf(name), use })),
    },
    split: { ...split, calibrationRows: learned.calibrationRows },
    estimator: learned.estimator,
    quality: learned.quality,
    calibration: learned.calibration,
    promise: learned.promise,
    conformal: learned.conformal,
    slices: learned.slices,
    importances: learned.importances,
    leakage: facts.leakage,
    seed: spec.seed ?? 0,
    versions: facts.versions,
    trainSeconds: facts.trainSeconds,
    notes: facts.notes,
  }
}

/** A card of a version. */
export function completeCard(draft: CardDraft, model: CardModel): ModelCard {
  const { format, ...rest } = draft
  return { format, model, ...rest }
}

function intendedUse({ task, spec }: CardFacts): string {
  const what = task === 'classification' ? `the class '${spec.target}'` : `the number '${spec.target}'`
  return `Predicts ${what} of rows like those it was trained on, of the same tenant. ${spec.description ?? ''}`.trim()
}

function limitsOf(learned: LearnedModel, { split, leakage }: CardFacts): string[] {
  const { quality, slices, promise, calibration } = learned
  const limits = ['It knows no more than its training rows: retrain it when what comes changes.']
  if (!quality.beatsBaseline) limits.push(`It is not better than its baseline (${quality.baselineKind}) by more than chance: do not use it to decide.`)
  if (split.testRows < fewTestRows) limits.push(`It was measured on ${split.testRows} rows only: every number here is uncertain.`)
  if (split.method !== 'time') limits.push('It was measured on rows from the same time as those it learned from; on later ones it may be worse.')
  if ((split.nearDuplicateShare ?? 0) > manyDuplicates) {
    limits.push(`${Math.round(split.nearDuplicateShare! * 100)} % of the rows it was measured on nearly repeat a training row: it will be worse on new ones.`)
  }
  if (leakage.length > 0) limits.push(`Columns may know too much (${leakage.map(({ column }) => column).join(', ')}): check that they are known when predicting.`)
  if (slices?.worst?.isClearlyWorse) limits.push(`It is clearly worse where ${slices.worst.column} is '${slices.worst.value}' (${slices.metric} ${slices.worst.mean.toFixed(3)}).`)
  if (promise) limits.push(`It leaves ${Math.round((1 - promise.coverage) * 100)} % of the rows to a person, to keep a precision of ${promise.promisedPrecision}.`)
  if (quality.classes.length > 0 && calibration === null) limits.push('Its probabilities are not calibrated: compare them with each other, and do not take them at their word.')
  return limits
}
