import { loadUseCases } from '../src/index.js'
import { faultCategory, faultCategoryUseCase } from './fault-category.js'

const importing = (packages: Readonly<Record<string, unknown>>) => ({
  importPackage: (name: string): Promise<unknown> => {
    if (Object.hasOwn(packages, name)) return Promise.resolve(packages[name])
    return Promise.reject(Object.assign(new Error(`no ${name}`), { code: 'ERR_MODULE_NOT_FOUND' }))
  },
})

describe('use cases by name', () => {
  it.each([
    ['fault-category', '@motadata/use-case-fault-category'],
    ['@acme/faults', '@acme/faults'],
    ['use-case-faults', 'use-case-faults'],
  ])('%s is the package %s', async (name, packageName) => {
    const useCases = await loadUseCases([name, name], importing({ [packageName]: { default: faultCategoryUseCase } }))
    expect([...useCases]).toEqual([['fault-category', faultCategoryUseCase]])
  })

  it('none named is none loaded', async () => expect((await loadUseCases([])).size).toBe(0))

  it('a package that is not installed is named', async () => {
    await expect(loadUseCases(['not-installed'])).rejects.toMatchObject({
      code: 'USE_CASE_INVALID',
      message: expect.stringContaining('@motadata/use-case-not-installed'),
      details: { package: '@motadata/use-case-not-installed' },
    })
  })

  it.each([
    ['no default export', {}, 'got none'],
    ['another default export', { default: class {} }, 'something else'],
    ['a use case without create', { default: { ...faultCategoryUseCase, create: undefined } }, 'something else'],
    ['a definition that is wrong', { default: { ...faultCategoryUseCase, definition: { ...faultCategory, target: 'cause' } } }, 'its target'],
    ['another name than its definition', { default: { ...faultCategoryUseCase, name: 'faults' } }, "'fault-category'"],
  ])('a package with %s is refused, and told why', async (_, exported, says) => {
    await expect(loadUseCases(['@acme/faults'], importing({ '@acme/faults': exported }))).rejects.toMatchObject({
      code: 'USE_CASE_INVALID',
      message: expect.stringMatching(new RegExp(`@acme/faults.*${says}`)),
    })
  })

  it('two packages can not have one name', async () => {
    const packages = importing({ '@acme/faults': { default: faultCategoryUseCase }, '@acme/errors': { default: faultCategoryUseCase } })
    await expect(loadUseCases(['@acme/faults', '@acme/errors'], packages)).rejects.toMatchObject({ code: 'USE_CASE_INVALID', details: { package: '@acme/errors' } })
  })

  it.each(['../evil', 'file:///tmp/x.mjs', 'data:text/javascript,1', '', 'Ticket', 'a/b'])('%j is no name', async (name) => {
    await expect(loadUseCases([name])).rejects.toMatchObject({ code: 'USE_CASE_INVALID', details: { received: name } })
  })
})
