import { addressSetting, choiceSetting, describeSettings, flagSetting, listSetting, readSettings, textSetting, wholeNumberSetting } from '../src/index.js'

const settings = {
  PORT: wholeNumberSetting('where to listen', { default: 8080, minimum: 0, maximum: 65_535 }),
  HOST: textSetting('on which address', { default: '127.0.0.1' }),
  LOG_LEVEL: choiceSetting('how much to say', { default: 'info', choices: ['info', 'warn'] }),
  OPEN: flagSetting('for everybody', { default: false }),
  NAMES: listSetting('which', { default: ['a'], pattern: /^[a-z]+$/, expected: 'names separated by commas' }),
  DATABASE_URL: addressSetting('the database', { schemes: ['postgresql'] }),
}

describe('readSettings', () => {
  it('falls back on defaults for what is not set or empty', () => {
    expect(readSettings(settings, { HOST: '' })).toEqual({ PORT: 8080, HOST: '127.0.0.1', LOG_LEVEL: 'info', OPEN: false, NAMES: ['a'], DATABASE_URL: undefined })
  })

  it('reads each kind', () => {
    const environment = { PORT: '0', HOST: '::1', LOG_LEVEL: 'warn', OPEN: 'true', NAMES: 'x, y,', DATABASE_URL: 'postgresql://u:p@h/d' }
    expect(readSettings(settings, environment)).toEqual({ PORT: 0, HOST: '::1', LOG_LEVEL: 'warn', OPEN: true, NAMES: ['x', 'y'], DATABASE_URL: 'postgresql://u:p@h/d' })
  })

  it('names everything that is malformed at once, and shows no secret', () => {
    const environment = { PORT: '80x', LOG_LEVEL: 'loud', OPEN: 'yes', NAMES: 'A', DATABASE_URL: 'mysql://root:hunter2@h/d' }
    const problems = (() => {
      try {
        return readSettings(settings, environment) && ''
      } catch (error) {
        return (error as Error).message
      }
    })()
    for (const name of ['PORT', 'LOG_LEVEL', 'OPEN', 'NAMES', 'DATABASE_URL']) expect(problems).toContain(`${name}: expected`)
    expect(problems).not.toContain('hunter2')
    expect(problems).not.toContain('HOST')
  })

  it.each(['-1', '65536', '1.5', '0x10', '1e3', ' 1'])('takes %j for no port', (PORT) => {
    expect(() => readSettings(settings, { PORT })).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }))
  })
})

describe('describeSettings', () => {
  it('shows name, meaning, form and default of every setting', () => {
    const help = describeSettings(settings)
    expect(help).toContain('PORT          where to listen\n                a whole number from 0 to 65535; default 8080')
    expect(help).toContain('not set by default')
  })
})
