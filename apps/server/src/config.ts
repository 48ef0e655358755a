import { choiceSetting, describeSettings, flagSetting, listSetting, type Setting, type SettingValues, textSetting, wholeNumberSetting } from '@motadata/core'
import { pipelineSettings, platformFaults, platformSettings, readConfig, upkeepSettings } from '@motadata/worker/process'
import { oidcFaults, oidcSettings } from './oidc-settings.js'

const mebibyte = 1024 * 1024

const { expected, read } = flagSetting('', { default: false })
const embeddedWorker: Setting<boolean | undefined> = {
  meaning: 'Whether the server works on jobs itself; when not set, it does with the embedded database and does not with DATABASE_URL.',
  expected,
  read,
  fallback: undefined,
}

const memoryBounds = { minimum: mebibyte, maximum: 1024 * 1024 * mebibyte }
const memoryBudget = wholeNumberSetting('What models in memory may take together.', { default: 512 * mebibyte, ...memoryBounds })
const tenantMemoryBudget: Setting<number | undefined> = {
  meaning: "What one tenant's models in memory may take; when not set, or above MEMORY_BUDGET_BYTES, as much as all together.",
  expected: memoryBudget.expected,
  read: memoryBudget.read,
  fallback: undefined,
}

/** Every setting of the server, read from the environment once, at its start. */
export const serverSettings = {
  HOST: textSetting('The address to listen on; 0.0.0.0 for all of the machine.', { default: '127.0.0.1' }),
  PORT: wholeNumberSetting('The port to listen on; 0 takes a free one.', { default: 8080, minimum: 0, maximum: 65_535 }),
  ...platformSettings,
  EMBEDDED_WORKER: embeddedWorker,
  ...upkeepSettings,
  ...pipelineSettings,
  TENANT_ID: textSetting('The id of the tenant that the very first start makes.', {
    default: 'default', pattern: /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?$/, expected: '1 to 63 characters a-z, 0-9, - or _',
  }),
  ...oidcSettings,
  ML_USE_CASES: listSetting('The use cases to offer, by the noun of their package or by its whole name.', {
    default: ['ticket-classification'], pattern: /^(?:@[a-z0-9._-]+\/)?[a-z0-9][a-z0-9._-]*$/, expected: 'names of packages, separated by commas',
  }),
  LOG_LEVEL: choiceSetting('How much to log, as JSON lines on standard error.', { default: 'info', choices: ['debug', 'info', 'warn', 'error'] }),
  BODY_LIMIT_BYTES: wholeNumberSetting('The largest JSON body.', { default: 4 * mebibyte, minimum: 1024, maximum: 1024 * mebibyte }),
  UPLOAD_LIMIT_BYTES: wholeNumberSetting('The largest upload of training data.', { default: 64 * mebibyte, minimum: 1024, maximum: 4096 * mebibyte }),
  REQUEST_DEADLINE_MS: wholeNumberSetting('How long a request may take, all in all, before it is answered 504; an upload has two minutes at least.', { default: 30_000, minimum: 100, maximum: 600_000 }),
  MEMORY_BUDGET_BYTES: memoryBudget,
  TENANT_MEMORY_BUDGET_BYTES: tenantMemoryBudget,
  DRAIN_DELAY_MS: wholeNumberSetting('How long to go on taking requests after SIGTERM while /health/ready says no already, so that load balancers notice.', { default: 0, minimum: 0, maximum: 600_000 }),
  SHUTDOWN_DEADLINE_MS: wholeNumberSetting('How long requests, and then running jobs, may take to finish after SIGTERM. A job cut off runs again after the next start.', { default: 10_000, minimum: 0, maximum: 600_000 }),
  METRICS_PUBLIC: flagSetting('Whether /metrics answers without the key of an operator.', { default: false }),
}

export type ServerConfig = SettingValues<typeof serverSettings>

/** @throws MLError `CONFIGURATION_INVALID` naming every malformed setting at once */
export function readServerConfig(environment: Readonly<Record<string, string | undefined>>): ServerConfig {
  return readConfig(serverSettings, environment, (isSet) => {
    const nobodyWorks = environment['EMBEDDED_WORKER'] === 'false' && !isSet('DATABASE_URL')
    const fault = 'EMBEDDED_WORKER: expected true or nothing with the embedded database, got false; nobody else could work on its jobs'
    return [...platformFaults(isSet), ...oidcFaults(isSet), ...(nobodyWorks ? [fault] : [])]
  })
}

/** Whether this server works on jobs itself. */
export function worksOnJobs({ EMBEDDED_WORKER, DATABASE_URL }: Pick<ServerConfig, 'EMBEDDED_WORKER' | 'DATABASE_URL'>): boolean {
  return EMBEDDED_WORKER ?? DATABASE_URL === undefined
}

export const serverHelp = `Motadata ML: the server, with the embedded database and the worker in one process, or on PostgreSQL beside workers of their own.

  npm start            or motadata-server

Its first start makes a tenant with an admin API key and an operator key, and shows them once. It takes no arguments but --help; settings come from
the environment:

${describeSettings(serverSettings)}`
