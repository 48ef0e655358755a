import { Access } from '@motadata/access'
import type { Platform } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import type { LabelledTickets } from './labelled-tickets.js'

/** The tenant that is asked for predictions. */
export const servedTenant = 'bench'

/** Makes a tenant with a trained model, closes the platform, and gives the tenant's key. */
export async function prepareServing(platform: Platform, tickets: LabelledTickets): Promise<string> {
  try {
    const access = await Access.open(platform)
    const { adminKey } = (await access.bootstrap({ tenantId: servedTenant }))!
    const ml = (await MLSystem.open(platform)).forTenant(servedTenant)
    await ml.trainModel({
      modelId: 'ticket_classifier', modelType: 'classification', target: tickets.target, features: ['text'], columnKinds: { text: 'text' }, trainingData: tickets.dataset,
      test: { kind: 'rule', rule: tickets.testRule },
    })
    access.close()
    return adminKey.key
  } finally {
    await platform.close()
  }
}

/** The held-out ticket of middle length. */
export function typicalTicket({ test }: LabelledTickets): string {
  const texts = test.map(([text]) => text).sort((a, b) => a.length - b.length)
  return texts[texts.length >> 1]!
}
