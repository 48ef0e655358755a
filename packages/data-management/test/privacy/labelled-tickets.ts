import { createRandom, type Random } from '@motadata/core'
import type { PiiFinding, PiiKind } from '../../src/privacy/pii-kind.js'

/** A ticket of which is known where personal data stands. */
export interface LabelledTicket {
  readonly text: string
  readonly labels: readonly PiiFinding[]
}

const given = `Anna Ben Claudia Dieter Elke Felix Greta Hans Ingrid Jonas Katharina Lukas Maria Nina Oliver Petra Quentin Rita Stefan Tanja Uwe Vera Wolfgang Yvonne Emily James Sarah Michael
Jessica Daniel Olivia Thomas Rachel Matthew Mia Ethan Saoirse Bartholomäus Aurelio Xenia Isolde Thaddäus Nkechi Bogdan`.split(/\s+/)
const surnames = `Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Krause Lehmann Köhler Brandt Vogel Smith Johnson Williams Brown Taylor Davies Evans Walker
Wright Robinson Thompson Hughes Okonkwo Szczepański Yıldız Fernández O'Neill McCarthy Fuchs Winter Berg Holzapfel Grünwald Strathmore Pemberton`.split(/\s+/)

const digits = (random: Random, count: number): string => Array.from({ length: count }, () => Math.floor(random.next() * 10)).join('')
const pick = <Item>(random: Random, items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!
const luhnDigit = (body: string): string => {
  const sum = [...body].reverse().reduce((total, digit, at) => total + (at % 2 === 0 ? (Number(digit) * 2 > 9 ? Number(digit) * 2 - 9 : Number(digit) * 2) : Number(digit)), 0)
  return String((10 - (sum % 10)) % 10)
}
const ibanOf = (account: string): string => `DE${String(98n - (BigInt(`${account}131400`) % 97n)).padStart(2, '0')}${account}`.replace(/(.{4})/g, '$1 ').trim()
const germanTaxNumber = (random: Random): string => {
  const order = random.shuffle([1, 2, 3, 4, 5, 6, 7, 8, 9])
  const body = [...order, order[Math.floor(random.next() * 9)]!]
  let product = 10
  for (const digit of body) product = ((((digit + product) % 10) || 10) * 2) % 11
  return [...body, (11 - product) % 10].join('')
}

const makers: Readonly<Record<PiiKind, (random: Random) => string>> = {
  name: (random) => (random.next() < 0.7 ? `${pick(random, given)} ${pick(random, surnames)}` : pick(random, given)),
  email: (random) => `${pick(random, given).toLowerCase()}${pick(random, ['.', '_', ''])}${pick(random, surnames).toLowerCase().replace(/['ł]/g, '')}${pick(random, ['', '', '2'])}@${pick(random, ['acme.example', 'mail.globex.de', 'initech.co.uk', 'example.com'])}`,
  phone: (random) => pick(random, [
    () => `+49 ${pick(random, ['30', '89', '221'])} ${digits(random, 7)}`, () => `+49${digits(random, 10)}`, () => `0${pick(random, ['30', '89', '40'])}/${digits(random, 7)}`, () => `017${digits(random, 1)} ${digits(random, 7)}`,
    () => `+1 ${pick(random, ['212', '415'])} 555 ${digits(random, 4)}`, () => `(${pick(random, ['212', '650'])}) 555-${digits(random, 4)}`, () => `+44 20 7${digits(random, 3)} ${digits(random, 4)}`, () => `0049 ${digits(random, 3)} ${digits(random, 6)}`,
  ])(),
  ip: (random) => (random.next() < 0.8 ? `${pick(random, ['10', '172', '192'])}.${digits(random, 2).replace(/^0/, '1')}.${Math.floor(random.next() * 255)}.${Math.floor(random.next() * 255)}` : `2001:db8:${digits(random, 2).replace(/^0/, '1')}::${digits(random, 2).replace(/^0/, '1')}`),
  host: (random) => pick(random, [
    () => `srv-${pick(random, ['db', 'web', 'file'])}${digits(random, 2)}.${pick(random, ['corp.local', 'acme.example', 'intra.globex.de'])}`, () => `LAPTOP-${digits(random, 4)}`, () => `DEBER-NB${digits(random, 3)}`, () => `sqlprod${digits(random, 2)}`, () => `mail.${pick(random, ['acme', 'globex'])}.com`,
  ])(),
  'credit-card': (random) => {
    const body = `${pick(random, ['4', '51', '52', '55'])}${digits(random, 14)}`.slice(0, 15)
    const card = body + luhnDigit(body)
    return random.next() < 0.5 ? card : card.replace(/(\d{4})(?=\d)/g, `$1${pick(random, [' ', '-'])}`)
  },
  iban: (random) => ibanOf(digits(random, 18)),
  'national-id': (random) => pick(random, [
    () => `${pick(random, ['123', '234', '456'])}-${pick(random, ['12', '45'])}-${pick(random, ['6789', '4321'])}`, () => `${pick(random, ['AB', 'CE', 'JK'])} ${digits(random, 2)} ${digits(random, 2)} ${digits(random, 2)} ${pick(random, ['A', 'B', 'C', 'D'])}`, () => germanTaxNumber(random),
  ])(),
}

/** `{kind}` is replaced by data of the kind. Tickets without any are as important: what is found there is wrong. */
const templates = `
Hi team, {name} cannot log in since this morning. Please call back on {phone}.
User {name} reports that Outlook keeps asking for the password ({email}).
{name} asked for access to the SAP client 100 in Berlin.
VPN on {host} drops every few minutes, address {ip}, see ticket INC0012345.
Caller: {name}, phone {phone}, location Building 7, room 2.114
Please forward the invoice to {email} and copy {email}.
The printer on floor 3 prints blank pages since version 10.2.1.4 was installed.
Order 4711-0815 from 2026-03-01 at 14:30 was booked twice, amount 1,299.00 EUR.
Cannot reach {host} ({ip}) from the Munich office, traceroute ends at {ip}.
Customer paid with card {credit-card}, please remove it from the log.
Wrong bank account in payroll: {iban} instead of the old one.
The social security number {national-id} of {name} shows up in the export.
Regards, {name}
Kind regards,
{name}
Mit freundlichen Grüßen
{name}
Hallo zusammen, Frau {name} kann sich nicht anmelden, bitte um Rückruf unter {phone}.
Herr {name} hat keinen Zugriff auf das Laufwerk auf {host}.
Der Drucker im 3. Stock druckt nur leere Seiten, Fehlercode 0x80070005.
Bitte das Passwort für {email} zurücksetzen. Danke, {name}
Der Server {host} mit der Adresse {ip} antwortet nicht mehr seit Montag.
Die Steuer-ID {national-id} von {name} steht im falschen Feld.
Bestellung 2026-00123456 vom 01.03.2026 ist noch nicht freigegeben, Kostenstelle 40012345.
Ansprechpartner ist {name}, Tel. {phone}, E-Mail {email}.
Kreditkarte {credit-card} wurde abgelehnt, Bankverbindung {iban}.
Outlook Error 0x800CCC0E after Windows Update KB5034441, build 19045.3930 on all laptops.
Excel crashes when opening Q3_Report_Final.xlsx from SharePoint, size 48.5 MB.
Monday to Friday the Citrix Gateway is slow between 08:00 and 09:30.
Microsoft Teams shows Error Code 500 when Sharing the Screen with External Guests.
Bitte Netzwerkdose 2.117 patchen, Switch Port 24, VLAN 310.
Software Center installs Adobe Reader 23.006.20380 again and again.
May I get a new mouse? Mark it as urgent, the Rose room is booked.
Der Zugang zum Active Directory ist gesperrt, Konto Nummer 20045678.
`.split('\n').filter((line) => line !== '')

/** Tickets in English and German with personal data of every kind, and without; always the same for a seed. */
export function labelledTickets(count: number, seed: number): LabelledTicket[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const lines = Array.from({ length: 1 + Math.floor(random.next() * 3) }, () => pick(random, templates))
    let text = ''
    const labels: PiiFinding[] = []
    for (const piece of lines.join('\n').split(/(\{[a-z-]+\})/)) {
      const kind = /^\{(.*)\}$/.exec(piece)?.[1] as PiiKind | undefined
      const put = kind === undefined ? piece : makers[kind](random)
      if (kind !== undefined) labels.push({ kind, start: text.length, end: text.length + put.length })
      text += put
    }
    return { text, labels }
  })
}
