import { createRandom } from '@motadata/core'

/** Stems that tell a category, in front of or behind which German builds compounds. */
const stems: Readonly<Record<string, readonly string[]>> = {
  Drucken: ['drucker', 'papier', 'toner', 'ausdruck', 'scanner'],
  Zugang: ['passwort', 'konto', 'anmeldung', 'berechtigung', 'zugriff'],
  Netz: ['netzwerk', 'verbindung', 'router', 'internet', 'funknetz'],
}
const knownEnds = ['problem', 'störung', 'ausfall', 'fehler']
const newEnds = ['schwierigkeiten', 'prüfung', 'einrichtung', 'wiederherstellung']
const knownStarts = ['haupt', 'büro', 'gäste', 'abteilungs']
const newStarts = ['etiketten', 'fernwartungs', 'ersatz', 'schichtleiter']
const filler = ['guten', 'tag', 'seit', 'heute', 'früh', 'geht', 'nicht', 'mehr', 'bitte', 'um', 'hilfe', 'danke', 'wieder', 'leider', 'für', 'alle', 'kollegen']

export interface GermanTicket {
  readonly text: string
  readonly category: string
}

/**
 * Made-up German tickets, each told by one compound such as `Bürodruckerstörung`; the same for the same seed.
 *
 * @param compounds - `new` ones are built of other parts around the stems than `known` ones, so that no word of the one is in the other.
 */
export function makeGermanTickets(count: number, seed: number, compounds: 'known' | 'new'): GermanTicket[] {
  const random = createRandom(seed)
  const [starts, ends] = compounds === 'known' ? [knownStarts, knownEnds] : [newStarts, newEnds]
  return Array.from({ length: count }, () => {
    const category = random.pick(Object.keys(stems))
    const compound = `${random.pick(starts)}${random.pick(stems[category]!)}${random.pick(ends)}`
    const words = Array.from({ length: 4 + random.below(4) }, () => random.pick(filler))
    words.splice(random.below(words.length), 0, compound[0]!.toUpperCase() + compound.slice(1))
    return { text: words.join(' '), category }
  })
}
