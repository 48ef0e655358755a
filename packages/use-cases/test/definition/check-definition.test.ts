import { checkDefinition } from '../../src/index.js'
import { faultCategory } from '../fault-category.js'

const [symptom, hours, part] = faultCategory.columns

describe('a definition', () => {
  it('that is as it must be passes', () => expect(() => checkDefinition(faultCategory)).not.toThrow())

  it.each([
    ['a name with capitals', { name: 'Fault_Category' }, 'its name'],
    ['no title', { title: ' ' }, 'its title is empty'],
    ['no description', { description: undefined }, 'its description is empty'],
    ['an unknown model type', { modelType: 'oracle' }, 'its modelType'],
    ['a target that is no column', { target: 'cause' }, 'its target'],
    ['two columns of a name', { columns: [symptom, hours, part, hours] }, "two columns have the name 'hours'"],
    ['a column without a name', { columns: [symptom, {}, part] }, 'column 2 has no name'],
    ['an unknown kind', { columns: [symptom, { ...hours, kind: 'integer' }, part] }, "the kind of column 'hours'"],
    ['a column that does not say whether it is required', { columns: [symptom, { ...hours, required: undefined }, part] }, 'required'],
    ['a column without a description', { columns: [symptom, { ...hours, description: '' }, part] }, "description of column 'hours'"],
    ['a reserved column', { columns: [symptom, { ...hours, name: 'entityKey' }, part] }, "'entityKey'"],
    ['instants as target', { columns: [symptom, { ...part, kind: 'instant' }] }, 'instants'],
    ['nothing that must be there', { columns: [hours, part] }, 'no column besides the target is required'],
    ['columns that are no list', { columns: 'symptom' }, 'its columns are no list'],
    ['too few rows', { minimumRows: 1 }, 'its minimumRows'],
    ['an estimator without a kind', { estimator: {} }, 'its estimator'],
  ])('with %s is refused, and told why', (_, change, says) => {
    expect(() => checkDefinition({ ...faultCategory, ...change })).toThrow(expect.objectContaining({ code: 'USE_CASE_INVALID', message: expect.stringContaining(says) }))
  })

  it('with several faults is told all of them', () => {
    expect(() => checkDefinition({ ...faultCategory, title: '', minimumRows: 0 })).toThrow(expect.objectContaining({ details: { faults: [expect.any(String), expect.any(String)] } }))
  })

  it.each([undefined, null, 'fault-category', []])('is no %p', (value) => {
    expect(() => checkDefinition(value)).toThrow(expect.objectContaining({ code: 'USE_CASE_INVALID' }))
  })
})
