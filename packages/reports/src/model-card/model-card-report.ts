import type { ModelCard } from '@motadata/core'
import type { ReportDocument, ReportSection } from '../document/report-document.js'
import { calibrationSection } from './calibration-section.js'
import { dataSection } from './data-section.js'
import { estimatorSection } from './estimator-section.js'
import { importanceSection } from './importance-section.js'
import { qualitySection } from './quality-section.js'
import { slicesSection } from './slices-section.js'
import { conformalSection, promiseSection } from './trust-sections.js'

/**
 * A model card as a report: what the version is for, what it was learned from, how good it is beside its baseline, how far its
 * probabilities can be trusted, where it is weak. What the card has nothing about is left out.
 *
 * @returns What `renderHtml` and `renderMarkdown` take.
 * @example
 * const page = renderHtml(modelCardReport(card))
 */
export function modelCardReport(card: ModelCard): ReportDocument {
  const { model } = card
  return {
    title: `Model card: ${model.name}, version ${model.version}`,
    subtitle: `${model.modelType} · trained ${model.createdAt}`,
    sections: [
      overviewSection(card), qualitySection(card.quality), calibrationSection(card), promiseSection(card), conformalSection(card),
      slicesSection(card), importanceSection(card), dataSection(card), estimatorSection(card), originSection(card),
    ].filter((section) => section !== null),
  }
}

function overviewSection(card: ModelCard): ReportSection {
  const { quality } = card
  return {
    heading: 'What it is for',
    blocks: [
      ...(card.model.description === '' ? [] : [{ kind: 'text', text: card.model.description } as const]),
      { kind: 'text', text: card.intendedUse },
      ...(quality.beatsBaseline ? [] : [{ kind: 'warning', text: `It does not beat its baseline (${quality.baselineKind}) by more than chance: do not let it decide.` } as const]),
      ...card.leakage.map(({ message }) => ({ kind: 'warning', text: message }) as const),
      ...card.limits.map((limit) => ({ kind: 'text', text: `Limit: ${limit}` }) as const),
      ...card.notes.map((text) => ({ kind: 'text', text }) as const),
    ],
  }
}

function originSection({ model, seed, versions, trainSeconds, data }: ModelCard): ReportSection {
  return {
    heading: 'Where it comes from',
    blocks: [{
      kind: 'facts',
      facts: [
        { name: 'Artifact (SHA-256)', value: model.artifactSha256 },
        { name: 'Size', value: `${(model.artifactSizeBytes / 1024).toFixed(1)} KiB` },
        { name: 'Dataset fingerprint', value: data.fingerprint },
        { name: 'Seed', value: String(seed) },
        { name: 'Training took', value: `${trainSeconds.toFixed(1)} s` },
        { name: 'Made by', value: Object.entries(versions).map(([name, version]) => `${name} ${version}`).join(', ') },
      ],
    }],
  }
}
