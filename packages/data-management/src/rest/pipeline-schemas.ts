import { columnKinds, type JobSchedule } from '@motadata/core'
import { type Static, Type } from '@sinclair/typebox'
import type { PipelineRun, RegisteredPipeline } from '../pipelines/pipeline-run.js'

const moment = Type.String({ format: 'date-time' })
const count = Type.Integer()
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 }))
const pageToken = Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: 'nextPageToken of the page before' }))
const step = Type.Object({ name: Type.String(), kind: Type.String() }, { additionalProperties: true })

export const pipelineParams = Type.Object({ name: Type.String({ description: "A pipeline's name", examples: ['closed-tickets'] }) })
export type PipelineParams = Static<typeof pipelineParams>

export const runParams = Type.Object({ ...pipelineParams.properties, runId: Type.String({ minLength: 1, maxLength: 64 }) })
export type RunParams = Static<typeof runParams>

export const pipelinePageQuery = Type.Object({ limit, pageToken })
export type PipelinePageQuery = Static<typeof pipelinePageQuery>

// What a step may hold is checked where pipelines are defined, which names step and column.
export const pipelineBody = Type.Object({
  description: Type.Optional(Type.String({ maxLength: 2_000 })),
  steps: Type.Array(step, { minItems: 1, maxItems: 200, description: 'Each with a name, a kind, its inputs (default the step before) and the settings of its kind' }),
}, {
  additionalProperties: false,
  examples: [{ steps: [
    { name: 'tickets', kind: 'extract', dataset: 'tickets' }, { name: 'closed', kind: 'filter', where: "state = 'closed'" }, { name: 'kept', kind: 'load', dataset: 'closed-tickets' },
  ] }],
})
export type PipelineBody = Static<typeof pipelineBody>

export const runBody = Type.Object({
  useCache: Type.Optional(Type.Boolean({ description: 'Whether what earlier runs made of the same rows may be taken; default yes' })),
}, { additionalProperties: false })
export type RunBody = Static<typeof runBody>

export const scheduleBody = Type.Object({
  cron: Type.String({ minLength: 1, maxLength: 200, description: 'Five fields: minute, hour, day of the month, month, day of the week', examples: ['0 2 * * *'] }),
  timeZone: Type.Optional(Type.String({ minLength: 1, maxLength: 100, default: 'UTC', examples: ['Europe/Berlin'] })),
}, { additionalProperties: false })
export type ScheduleBody = Static<typeof scheduleBody>

export const runHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 120, description: 'The same key gives the same run' })),
})

export const scheduleAnswer = Type.Object({
  cron: Type.String(), timeZone: Type.String(), nextAt: moment, lastRunId: Type.Optional(Type.String()),
}, { title: 'PipelineSchedule' })

export const pipelineAnswer = Type.Object({
  name: Type.String(), description: Type.String(), revision: Type.Integer({ description: 'Raised by each change' }), steps: Type.Array(step),
  columns: Type.Record(Type.String(), Type.Array(Type.Object({ name: Type.String(), kind: Type.String({ enum: [...columnKinds] }) })), { description: 'The columns of each step, by its name' }),
  schedule: Type.Optional(scheduleAnswer), createdBy: Type.String(), createdAt: moment, updatedAt: moment,
}, { title: 'DataPipeline' })

export const pipelinePageAnswer = Type.Object({ pipelines: Type.Array(pipelineAnswer), nextPageToken: Type.Optional(Type.String()) })

const state = Type.String({ enum: ['queued', 'running', 'succeeded', 'failed', 'cancelled'] })
export const runAnswer = Type.Object({
  id: Type.String({ description: 'Of its job too' }), pipeline: Type.String(), state, attempt: count, share: Type.Number({ description: 'Of the steps that are done, 0 to 1' }),
  steps: Type.Array(Type.Object({
    step: Type.String(), kind: Type.String(), inputs: Type.Array(Type.String()), state: Type.String({ enum: ['waiting', 'running', 'succeeded', 'failed'] }),
    fromCache: Type.Boolean({ description: 'Whether its rows were there already' }), attempt: count, rowCount: Type.Optional(count), fingerprint: Type.Optional(Type.String()),
    dataset: Type.Optional(Type.Object({ name: Type.String(), version: count }, { description: 'Which version was read or made' })),
    report: Type.Optional(Type.Unknown({ description: 'Of a step that validates: as of POST /v1/datasets/:name/validations' })),
    startedAt: Type.Optional(moment), endedAt: Type.Optional(moment),
  })),
  requestedBy: Type.String(),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String(), step: Type.Optional(Type.String()), column: Type.Optional(Type.String()), row: Type.Optional(count) })),
  createdAt: moment, startedAt: Type.Optional(moment), endedAt: Type.Optional(moment),
}, { title: 'DataPipelineRun' })

export const runPageAnswer = Type.Object({ runs: Type.Array(runAnswer), nextPageToken: Type.Optional(Type.String()) })

export function toPipelineAnswer({ definition, createdAt, updatedAt, ...rest }: RegisteredPipeline, schedule?: JobSchedule): object {
  return {
    ...rest, steps: definition.steps, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString(), ...(schedule ? { schedule: toScheduleAnswer(schedule) } : {}),
  }
}

export function toScheduleAnswer({ cron, timeZone, nextAt, lastJobId }: JobSchedule): Static<typeof scheduleAnswer> {
  return { cron, timeZone, nextAt: nextAt.toISOString(), ...(lastJobId === undefined ? {} : { lastRunId: lastJobId }) }
}

export function toRunAnswer({ createdAt, startedAt, endedAt, steps, ...rest }: PipelineRun): object {
  return {
    ...rest, createdAt: createdAt.toISOString(), ...times({ startedAt, endedAt }),
    steps: steps.map(({ startedAt: begun, endedAt: done, ...one }) => ({ ...one, ...times({ startedAt: begun, endedAt: done }) })),
  }
}

function times({ startedAt, endedAt }: { readonly startedAt: Date | undefined; readonly endedAt: Date | undefined }): object {
  return { ...(startedAt ? { startedAt: startedAt.toISOString() } : {}), ...(endedAt ? { endedAt: endedAt.toISOString() } : {}) }
}
