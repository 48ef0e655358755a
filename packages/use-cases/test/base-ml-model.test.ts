import { openPlatform } from '@motadata/adapters'
import { fromRecords, parseTenantId, type Platform, platformContext } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { FaultCategory, faultCategory, faultRows } from './fault-category.js'

let platform: Platform
let system: MLSystem
let model: FaultCategory

const acme = platformContext(parseTenantId('acme'), 'r1')
const globex = platformContext(parseTenantId('globex'), 'r2')

beforeAll(async () => {
  platform = await openPlatform({ inMemory: true })
  system = await MLSystem.open(platform)
  model = new FaultCategory({ system, artifacts: platform.artifacts })
  await model.train(acme, faultRows(60))
}, 60_000)

afterAll(async () => {
  await system.close()
  await platform.close()
})

it('refuses a definition that is wrong before anything is done with it', () => {
  expect(() => new FaultCategory({ system }, { ...faultCategory, target: 'cause' })).toThrow(expect.objectContaining({ code: 'USE_CASE_INVALID' }))
})

describe('train', () => {
  it('registers a version under the name of the use case, learned from declared columns only', async () => {
    const version = await model.getModelInfo(acme)
    expect(version).toMatchObject({ name: 'fault-category', version: 1, aliases: ['champion'] })
    expect(version.signature.inputs.map(({ name }) => name)).toEqual(['symptom', 'hours'])
    expect(version.report.columns).toContainEqual({ name: 'invoice', use: expect.stringContaining('left out') })
  })

  it('does without an optional column that the rows have not', async () => {
    const rows = faultRows(30).map(({ symptom, part }) => ({ symptom, part }))
    const version = await model.train(acme, fromRecords(rows), { spec: { modelId: 'without-hours' } })
    expect(version.signature.inputs.map(({ name }) => name)).toEqual(['symptom'])
  })

  it('refuses rows without a required column, without the target, or too few of them', async () => {
    const rows = faultRows(30)
    await expect(model.train(acme, rows.map(({ part, hours }) => ({ part, hours })))).rejects.toMatchObject({ code: 'COLUMN_MISSING', details: { column: 'symptom' } })
    await expect(model.train(acme, rows.map(({ symptom }) => ({ symptom })))).rejects.toMatchObject({ code: 'COLUMN_MISSING', details: { column: 'part' } })
    const halfLabelled = rows.map((row, index) => (index < 9 ? row : { ...row, part: null }))
    await expect(model.train(acme, halfLabelled)).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { minimum: 10, received: 9 } })
    await expect(model.train(acme, 'rows' as never)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('registers once for one key', async () => {
    const options = { idempotencyKey: 'job-1', spec: { modelId: 'keyed' } }
    const first = await model.train(acme, faultRows(30), options)
    expect((await model.train(acme, faultRows(30), options)).version).toBe(first.version)
  })
})

describe('predict', () => {
  it('gives a label with the probabilities of all classes', async () => {
    const { model: answering, predictions } = await model.predict(acme, [{ symptom: 'screen stays black', hours: 3 }, { symptom: 'battery is empty soon', hours: 4 }])
    expect(answering).toEqual({ name: 'fault-category', version: 1 })
    expect(predictions.map(({ label }) => label)).toEqual(['display', 'power'])
    for (const { probabilities = {} } of predictions) expect(probabilities['display']! + probabilities['power']!).toBeCloseTo(1, 10)
  })

  it('needs the required columns of every instance', async () => {
    for (const lacking of [{ hours: 3 }, { symptom: null }, { symptom: '' }]) {
      await expect(model.predict(acme, [{ symptom: 'screen flickers' }, lacking])).rejects.toMatchObject({ code: 'COLUMN_INVALID', details: { instance: 1, field: 'symptom' } })
    }
    await expect(model.predict(acme, [null as never])).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(model.predict(acme, [])).rejects.toMatchObject({ code: 'INSTANCES_EMPTY' })
  })

  it('knows nothing of another tenant', async () => {
    await expect(model.predict(globex, [{ symptom: 'screen stays black' }])).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(model.getModelInfo(globex)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(model.evaluate(globex, faultRows(12))).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
    await expect(model.save(globex)).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' })
  })
})

describe('evaluate', () => {
  // Four rows by hand: three displays of which the model knows two, a class that it has never seen, and what it can't measure on.
  const rows = [
    { symptom: 'screen stays black', part: 'display' },
    { symptom: 'screen flickers', part: 'display' },
    { symptom: 'battery is empty soon', part: 'display' },
    { symptom: 'lines on the screen', part: 'fan' },
    { symptom: 'screen is cracked', part: null },
    { symptom: null, part: 'power' },
  ]

  it('measures on the rows that have what it takes, and counts the others', async () => {
    const evaluation = await model.evaluate(acme, fromRecords(rows, { part: 'category', symptom: 'text' }))
    expect(evaluation).toMatchObject({ model: { name: 'fault-category', version: 1 }, rowCount: 4, rowsWithoutTarget: 1, rowsWithoutInputs: 1 })
    expect(evaluation.metrics.accuracy).toBe(2 / 4)
    // display: precision 2/3, recall 2/3; power: predicted once, wrongly; fan: never predicted. The mean of 2/3, 0 and 0.
    expect(evaluation.metrics.macroF1).toBeCloseTo(2 / 9, 10)
    expect(evaluation.classes.find(({ label }) => label === 'display')).toEqual({ label: 'display', precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 })
    expect(evaluation.classes.find(({ label }) => label === 'fan')).toMatchObject({ recall: 0, support: 1 })
  })

  it('agrees with what the predictions say', async () => {
    const few = faultRows(20)
    const { predictions } = await model.predict(acme, few.map(({ symptom, hours }) => ({ symptom, hours })))
    const expected = -predictions.reduce((sum, { probabilities = {} }, row) => sum + Math.log(probabilities[few[row]!.part]!), 0) / few.length
    expect((await model.evaluate(acme, few)).metrics.logLoss).toBeCloseTo(expected, 10)
  })

  it('needs rows that it can measure on', async () => {
    await expect(model.evaluate(acme, [{ symptom: 'screen flickers', part: null }])).rejects.toMatchObject({ code: 'DATA_EMPTY' })
    await expect(model.evaluate(acme, [{ symptom: 'screen flickers' }])).rejects.toMatchObject({ code: 'COLUMN_MISSING', details: { column: 'part' } })
  })
})

describe('save and load', () => {
  const instance = { symptom: 'charger gets hot', hours: 5 }

  it('brings a version to another tenant, where it answers the same', async () => {
    const saved = await model.save(acme)
    const loaded = await model.load(globex, { ...saved, report: JSON.parse(JSON.stringify(saved.report)) })
    expect(loaded).toMatchObject({ name: 'fault-category', version: 1, aliases: ['champion'], report: saved.report })
    const [here, there] = await Promise.all([model.predict(acme, [instance]), model.predict(globex, [instance])])
    expect(there.predictions[0]!.probabilities).toEqual(here.predictions[0]!.probabilities)
  })

  it('makes a loaded version champion only when it is told to, or the first', async () => {
    const saved = await model.save(acme, { version: 1 })
    expect((await model.load(acme, saved)).aliases).toEqual([])
    expect((await model.getModelInfo(acme)).version).toBe(1)
    expect(await model.load(acme, saved, { modelId: 'restored', promote: 'never' })).toMatchObject({ name: 'restored', version: 1, aliases: [] })
  })

  it('refuses what is damaged, of another use case, or measured otherwise than it says', async () => {
    const { artifact, report } = await model.save(acme)
    const flipped = artifact.map((byte, index) => (index === artifact.length - 9 ? byte ^ 1 : byte))
    await expect(model.load(acme, { artifact: flipped, report })).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' })
    await expect(model.load(acme, { artifact: Buffer.from('{}'), report })).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED' })
    const other = new FaultCategory({ system }, { ...faultCategory, columns: [...faultCategory.columns, { name: 'model', kind: 'text', required: true, description: 'Make' }] })
    await expect(other.load(acme, { artifact, report })).rejects.toMatchObject({ code: 'MODEL_LOAD_FAILED', message: expect.stringContaining('symptom, model') })
    for (const [change, field] of [
      [{ metrics: { ...report.metrics, accuracy: 0.1 } }, 'report.metrics'],
      [{ baseline: {} }, 'report.baseline'],
      [{ classes: [{ label: 1 }] }, 'report.classes'],
      [{ testRows: 'all' }, 'report.testRows'],
      [{ estimator: null }, 'report.estimator'],
      [{ columns: [null] }, 'report.columns'],
      [{ notes: [1] }, 'report.notes'],
    ] as const) {
      await expect(model.load(acme, { artifact, report: { ...report, ...(change as object) } })).rejects.toMatchObject({ code: 'INPUT_INVALID', details: { field } })
    }
    await expect(model.load(acme, {} as never)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    await expect(model.load(acme, { artifact, report: undefined as never })).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('needs an artifact store to save from', async () => {
    await expect(new FaultCategory({ system }).save(acme)).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' })
  })
})
