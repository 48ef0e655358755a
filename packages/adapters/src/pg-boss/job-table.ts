import { type JobState, type MigrationDatabase, type SchemaMigrations, type ErrorCode, secureTenantTable } from '@motadata/core'
import { type ColumnType, sql } from 'kysely'

export interface JobRow {
  readonly tenant_id: string
  readonly id: string
  readonly kind: string
  /** The queue's own id of the job, by which it is cancelled there. */
  readonly queue_id: string
  readonly idempotency_key: string | null
  /** JSON text in, the value out. */
  readonly payload: ColumnType<unknown, string, never>
  readonly state: JobState
  readonly stage: string
  /** 0..1 */
  readonly share: number
  readonly attempt: number
  readonly result: ColumnType<unknown, string | null, string | null>
  readonly error_code: ErrorCode | null
  readonly error_message: string | null
  readonly created_at: Date
  readonly started_at: Date | null
  readonly ended_at: Date | null
}

export interface ScheduleRow {
  readonly tenant_id: string
  readonly key: string
  readonly kind: string
  readonly payload: ColumnType<unknown, string, string>
  readonly cron: string
  readonly time_zone: string
  readonly next_at: Date
  readonly last_job_id: string | null
}

export interface JobTables {
  'jobs.job': JobRow
  'jobs.schedule': ScheduleRow
}

export const jobMigrations: SchemaMigrations = {
  schema: 'jobs',
  migrations: {
    '0001-job': {
      async up(database: MigrationDatabase): Promise<void> {
        await sql`create table jobs.job (
          tenant_id text not null,
          id text not null,
          kind text not null,
          queue_id uuid not null,
          idempotency_key text,
          payload jsonb not null,
          state text not null check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
          stage text not null,
          share double precision not null check (share between 0 and 1),
          attempt integer not null,
          result jsonb,
          error_code text,
          error_message text,
          created_at timestamptz not null,
          started_at timestamptz,
          ended_at timestamptz,
          primary key (tenant_id, id),
          unique (tenant_id, kind, idempotency_key)
        )`.execute(database)
        await sql`create index job_running on jobs.job (tenant_id, kind) where state = 'running'`.execute(database)
        for (const statement of secureTenantTable('jobs', 'job')) await statement.execute(database)
      },
    },
    '0002-schedule': {
      async up(database: MigrationDatabase): Promise<void> {
        await sql`create table jobs.schedule (
          tenant_id text not null,
          key text not null,
          kind text not null,
          payload jsonb not null,
          cron text not null,
          time_zone text not null,
          next_at timestamptz not null,
          last_job_id text,
          primary key (tenant_id, key)
        )`.execute(database)
        await sql`create index schedule_due on jobs.schedule (next_at)`.execute(database)
        for (const statement of secureTenantTable('jobs', 'schedule', { system: 'read' })) await statement.execute(database)
      },
    },
  },
  expanding: ['0002-schedule'],
}
