import { DataManagementError, type Dataset, type ValidationReport } from '@motadata/core'
import { DataValidator } from '../data-validator.js'
import type { ValidateStep } from './pipeline-definition.js'
import { readRows } from './read-rows.js'
import type { StepWork } from './run-step.js'
import { outputOf, type StepOutput } from './step-output.js'

/**
 * Holds the first input's rows against expectations, and passes them on as they are.
 *
 * @throws DataManagementError `PIPELINE_VALIDATION_FAILED` with the report, where the step is to stop
 */
export async function runValidation(work: StepWork): Promise<StepOutput> {
  const step = work.planned.step as ValidateStep
  const [[, first], ...rest] = [...work.inputs] as [[string, Parameters<typeof readRows>[1]], ...(readonly [string, Parameters<typeof readRows>[1]])[]]
  const others = new Map<string, Dataset>()
  for (const [name, manifest] of rest) others.set(name, await readRows(work, manifest))
  const report = new DataValidator({ clock: { nowMs: work.nowMs } }).validate(await readRows(work, first), step.expectations, { others })
  if (report.passed || step.onFailure === 'report') return outputOf(first, report)
  throw validationFailed(step.name, report)
}

function validationFailed(step: string, report: ValidationReport): DataManagementError {
  const failed = report.results.filter(({ passed, severity }) => !passed && severity !== 'warning')
  const shown = failed.slice(0, 5).map(({ description, failedRows, rows }) => `${description} (${failedRows} rows${rows.length > 0 ? `, the first ${rows[0]}` : ''})`)
  return new DataManagementError(
    'PIPELINE_VALIDATION_FAILED', `Step '${step}': Expected rows that are as declared, got ${failed.length} expectations that fail: ${shown.join('; ')}. Nothing was loaded behind it.`,
    { details: { step, report } },
  )
}
