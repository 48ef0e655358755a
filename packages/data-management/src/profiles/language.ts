export type Language = 'en' | 'de' | 'other'

const words: Readonly<Record<'en' | 'de', ReadonlySet<string>>> = {
  en: new Set('the and is are was not with for this that have has can cannot from you your please our we it on of to in when after my been they but there an as at be'.split(' ')),
  de: new Set('der die das und ist sind war nicht mit für ein eine einen dem den des auf von zu im am bei nach kann haben hat wird werden ich wir sie es bitte kein keine seit sich aus noch auch wie'.split(' ')),
}
const fewest = 2

/**
 * The language of a text by its small words: that of which it has more, two at least.
 *
 * @example
 * languageOf('Der Drucker druckt nicht') // => 'de'
 */
export function languageOf(text: string): Language {
  let [english, german] = [0, 0]
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? []) {
    if (words.en.has(word)) english++
    if (words.de.has(word)) german++
  }
  if (Math.max(english, german) < fewest || english === german) return 'other'
  return english > german ? 'en' : 'de'
}
