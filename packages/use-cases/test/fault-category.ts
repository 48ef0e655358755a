import { BaseMLModel, defineUseCase, type UseCaseCollaborators, type UseCaseDefinition } from '../src/index.js'

/** A use case small enough to reckon with: which part is at fault. */
export const faultCategory: UseCaseDefinition = {
  name: 'fault-category',
  title: 'Fault category',
  description: 'Which part is at fault',
  modelType: 'classification',
  target: 'part',
  columns: [
    { name: 'symptom', kind: 'text', required: true, description: 'What was seen' },
    { name: 'hours', kind: 'number', required: false, description: 'Hours in use' },
    { name: 'part', kind: 'category', required: true, description: 'What was replaced' },
  ],
  minimumRows: 10,
}

export class FaultCategory extends BaseMLModel {
  constructor(collaborators: UseCaseCollaborators, definition: UseCaseDefinition = faultCategory) {
    super(definition, collaborators)
  }
}

export const faultCategoryUseCase = defineUseCase(faultCategory, (collaborators) => new FaultCategory(collaborators))

const symptoms: Readonly<Record<string, readonly string[]>> = {
  display: ['screen stays black', 'screen flickers', 'lines on the screen', 'screen is cracked'],
  power: ['does not start', 'battery is empty soon', 'shuts down by itself', 'charger gets hot'],
}

/** Rows whose symptom tells the part, with a column that gives the answer away. */
export function faultRows(count: number): { symptom: string; hours: number; part: string; invoice: string }[] {
  return Array.from({ length: count }, (_, row) => {
    const part = row % 3 === 0 ? 'power' : 'display'
    return { symptom: `${symptoms[part]![row % 4]!} since day ${row}`, hours: row, part, invoice: `${part} replaced` }
  })
}
