import { fingerprintDataset, type ModelSignature } from '@motadata/core'
import { encodeModelArtifact, modelArtifactFormat } from '../artifact/model-artifact.js'
import { packageVersions } from '../artifact/package-versions.js'
import { DataProcessor } from '../data-processor.js'
import { checkSpec } from './check-spec.js'
import { chooseEstimator } from './choose-estimator.js'
import { measureClassifier } from './measure-classifier.js'
import { prepareRows } from './prepare-rows.js'
import { StageProgress } from './stage-progress.js'
import type { ReportTraining, TrainingInput, TrainingOutcome } from './training-outcome.js'

/**
 * Fits a classifier and measures it: rows with a target are divided; features, hyperparameters and weights are learned from the
 * training rows alone; quality is measured on the held-out rows, beside the majority class. What is measured is what is kept: it is
 * not fitted again on all rows.
 *
 * Pure but for the clock that says how long it took; the same rows, spec and package versions give the same artifact.
 *
 * @throws MLError `DATA_EMPTY`, `TARGET_INVALID`, `TARGET_ONE_CLASS`, `FEATURES_EMPTY`, `COLUMN_MISSING`, `COLUMN_INVALID`,
 * `INPUT_INVALID`, `ESTIMATOR_UNKNOWN`, `HYPERPARAMETER_UNKNOWN`, `HYPERPARAMETER_INVALID`
 */
export function trainClassifier({ dataset, spec }: TrainingInput, onProgress: ReportTraining): TrainingOutcome {
  const startedMs = performance.now()
  const progress = new StageProgress(onProgress)
  const seed = spec.seed ?? 0
  progress.report('preparing', 0)
  checkSpec(spec)
  const { trainRows, target, testRows, testLabels, rowsWithoutTarget } = prepareRows(dataset, spec)

  progress.report('vectorizing', 0)
  const { processor, matrix } = new DataProcessor().fitTransform(trainRows, spec)

  progress.report('selecting', 0)
  const { textColumns } = processor
  const chosen = chooseEstimator(spec, { matrix, target, textColumns }, (share) => progress.report('selecting', share))

  progress.report('fitting', 0)
  const classifier = chosen.estimator.fit(matrix, target, {
    seed, onProgress: (share) => progress.report('fitting', share), ...(chosen.startFrom && { startFrom: chosen.startFrom }),
  })

  progress.report('evaluating', 0)
  const measured = measureClassifier(classifier, { test: processor.transform(testRows), testLabels, train: matrix, target })
  const signature: ModelSignature = { inputs: processor.inputs, output: { kind: 'class', classes: classifier.classes } }
  const estimator = { kind: chosen.estimator.kind, hyperparameters: chosen.estimator.hyperparameters }
  const datasetFingerprint = fingerprintDataset(dataset)
  const manifest = {
    modelType: spec.modelType, signature, estimator, seed, datasetFingerprint, metrics: { ...measured.metrics }, versions: packageVersions(),
  }
  return {
    artifact: encodeModelArtifact(manifest, processor, classifier),
    artifactFormat: modelArtifactFormat,
    signature,
    datasetFingerprint,
    report: {
      metrics: measured.metrics,
      baseline: measured.baseline,
      classes: measured.classes,
      trainRows: trainRows.rowCount,
      testRows: testRows.rowCount,
      rowsWithoutTarget,
      trainSeconds: (performance.now() - startedMs) / 1000,
      estimator,
      columns: processor.columnUses,
      notes: [...chosen.notes, ...measured.notes],
    },
  }
}
