import { faultCategoryUseCase as useCase } from './fault-category.js'

describe('the training that a use case asks for', () => {
  it('learns the target from the columns that must be there, as the kinds declared', () => {
    expect(useCase.trainingSpec()).toEqual({
      modelId: 'fault-category',
      modelType: 'classification',
      description: 'Fault category',
      target: 'part',
      features: ['symptom'],
      columnKinds: { symptom: 'text', part: 'category' },
    })
  })

  it('is what the caller says where the caller says something', () => {
    expect(useCase.trainingSpec({ modelId: 'faults', seed: 7, features: ['symptom', 'hours'], columnKinds: { part: 'text' }, promote: undefined })).toEqual({
      modelId: 'faults',
      modelType: 'classification',
      description: 'Fault category',
      target: 'part',
      seed: 7,
      features: ['symptom', 'hours'],
      columnKinds: { symptom: 'text', hours: 'number', part: 'text' },
    })
  })

  it('may learn another column', () => {
    expect(useCase.trainingSpec({ target: 'label' })).toMatchObject({ target: 'label', columnKinds: { symptom: 'text' } })
  })
})
