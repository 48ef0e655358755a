import { type Dataset, fingerprintDataset, getColumn, type ModelSignature, selectColumns } from '@motadata/core'
import { TransferBase } from '@motadata/learn'
import type { LoadedClassifier } from '../artifact/loaded-model.js'
import { artifactFormatOf, encodeModelArtifact } from '../artifact/model-artifact.js'
import { packageVersions } from '../artifact/package-versions.js'
import { DataProcessor } from '../data-processor.js'
import { checkRowsFit } from './check-budget.js'
import { binnedTarget, findLeakingColumns, nearDuplicateShare } from './check-data.js'
import { checkSpec } from './check-spec.js'
import { composeCard } from './compose-card.js'
import { findTask } from './find-task.js'
import { learnClassifier } from './learn-classifier.js'
import { learnRegressor } from './learn-regressor.js'
import type { LearnedModel, PreparedFeatures } from './learned-model.js'
import { type PreparedRows, prepareRows } from './prepare-rows.js'
import { readBase } from './read-base.js'
import { encodeRowScores, rowKeys } from './row-scores.js'
import type { TrainingCheckpoints } from './training-checkpoints.js'
import type { ReportTraining, TrainingInput, TrainingOutcome } from './training-outcome.js'
import { TrainingWork } from './training-work.js'

/**
 * Trains a model and measures it: rows with a target are divided; features, hyperparameters, weights, calibration and thresholds are
 * learned from the training rows alone; quality is measured on the held-out rows, beside the baseline. What is measured is what is kept:
 * it is not fitted again on all rows.
 *
 * Pure but for the clock that says how long it took, and for a budget of seconds; the same rows, spec and package versions give the same
 * artifact.
 *
 * @param checkpoints - Steps of an earlier run, and who keeps those of this one.
 * @throws MLError `DATA_EMPTY`, `TARGET_INVALID`, `TARGET_ONE_CLASS`, `FEATURES_EMPTY`, `COLUMN_MISSING`, `COLUMN_INVALID`, `INPUT_INVALID`,
 * `ESTIMATOR_UNKNOWN`, `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`, `TRAINING_BUDGET_TOO_SMALL`, `MODEL_LOAD_FAILED` of a base
 */
export function trainModel({ dataset, spec, base: artifact }: TrainingInput, onProgress: ReportTraining, checkpoints?: TrainingCheckpoints): TrainingOutcome {
  checkSpec(spec)
  const work = new TrainingWork(spec, onProgress, checkpoints)
  work.progress.report('preparing', 0)
  const { task, reason } = findTask(spec, dataset)
  if (reason !== undefined) work.note(reason)
  const rows = prepareRows(dataset, spec, task)
  checkRowsFit(dataset, spec)
  for (const name of spec.slices ?? []) selectColumns(dataset, [name])

  work.progress.report('vectorizing', 0)
  const base = artifact && readBase(artifact, spec.base ?? '')
  if (base) work.note(`It is built on ${spec.base}: its features, and its scores beside them.`)
  const features = prepareFeatures(rows, base, work)
  const learned = rows.task === 'classification' ? learnClassifier(rows, features, work) : learnRegressor(rows, features, work)
  return outcomeOf(dataset, rows, features, learned, work)
}

/** When a target became known is never known when predicting. */
function withoutColumn(dataset: Dataset, name: string | undefined): Dataset {
  if (name === undefined || !dataset.columns.has(name)) return dataset
  return selectColumns(dataset, [...dataset.columns.keys()].filter((column) => column !== name))
}

function prepareFeatures({ trainRows, testRows }: PreparedRows, base: LoadedClassifier | undefined, work: TrainingWork): PreparedFeatures {
  const { spec } = work
  const ownRows = withoutColumn(trainRows, spec.labelKnownAt)
  const { processor, matrix } = base ? featuresOf(base, ownRows) : new DataProcessor().fitTransform(ownRows, { ...spec, threads: work.threads })
  let test: ReturnType<PreparedFeatures['test']> | undefined
  return { processor, train: matrix, testRows, test: () => (test ??= processor.transform(testRows)), ...(base && { base: TransferBase.of(base.classifier, matrix) }) }
}

/** @throws MLError `COLUMN_MISSING` where none of the base's columns is there */
function featuresOf({ processor }: LoadedClassifier, rows: Dataset) {
  const inputs = processor.inputs.map(({ name }) => name)
  if (!inputs.some((name) => rows.columns.has(name))) getColumn(rows, inputs[0]!)
  return { processor, matrix: processor.transform(rows) }
}

function outcomeOf(dataset: Dataset, rows: PreparedRows, features: PreparedFeatures, learned: LearnedModel, work: TrainingWork): TrainingOutcome {
  const { spec } = work
  const { processor } = features
  const names = processor.inputs.map(({ name }) => name)
  const leakage = findLeakingColumns(rows.trainRows, names, rows.task === 'classification' ? rows.target : binnedTarget(rows.target), spec)
  const texts = processor.inputs.filter(({ kind }) => kind === 'text').map(({ name }) => name)
  const duplicates = nearDuplicateShare({ ...rows, train: features.train, test: features.test() }, texts)
  for (const { message } of leakage) work.note(message)
  if (!learned.quality.beatsBaseline) work.note(`It does not beat its baseline (${learned.quality.baselineKind}) by more than chance.`)

  const signature: ModelSignature = { inputs: processor.inputs, output: learned.output }
  const { kind, hyperparameters } = learned.estimator
  const estimator = { kind, hyperparameters }
  const datasetFingerprint = fingerprintDataset(dataset)
  const versions = packageVersions()
  const manifest = { modelType: rows.task, signature, estimator, seed: work.seed, datasetFingerprint, metrics: Object.fromEntries(Object.entries(learned.metrics)), versions }
  const artifact = encodeModelArtifact(manifest, learned.parts)
  const { labelKnownAt } = spec
  const columnUses = labelKnownAt === undefined ? processor.columnUses : [...processor.columnUses, { name: labelKnownAt, use: 'left out: says when the target became known' }]
  const trainSeconds = work.seconds
  const card = composeCard(learned, {
    task: rows.task, spec, dataset, fingerprint: datasetFingerprint, rowsWithoutTarget: rows.rowsWithoutTarget, columnUses,
    split: { ...rows.split, nearDuplicateShare: duplicates }, leakage, versions, trainSeconds, notes: work.notes,
  })
  return {
    modelType: rows.task,
    artifact,
    artifactFormat: artifactFormatOf(learned.parts),
    signature,
    datasetFingerprint,
    report: {
      metrics: learned.metrics,
      baseline: learned.baseline,
      beatsBaseline: learned.quality.beatsBaseline,
      classes: learned.quality.classes,
      trainRows: rows.trainRows.rowCount,
      testRows: rows.testRows.rowCount,
      rowsWithoutTarget: rows.rowsWithoutTarget,
      trainSeconds,
      estimator,
      columns: columnUses,
      notes: work.notes,
    },
    card,
    rowScores: encodeRowScores({ keys: rowKeys(rows.testRows), losses: learned.losses, ...(learned.hits && { hits: learned.hits }) }),
  }
}
