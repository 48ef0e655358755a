/** What generated tickets are made of. `{slot}` is filled from {@link slots}. */
export interface CategoryPhrases {
  /** Relative frequency. */
  readonly weight: number
  readonly subjects: readonly string[]
  readonly problems: readonly string[]
  readonly details: readonly string[]
}

export const categories: ReadonlyMap<string, CategoryPhrases> = new Map([
  ['Hardware', {
    weight: 28,
    subjects: ['{device} not working', 'problem with {device}', 'broken {device}', 'replacement {device} needed', '{device} will not start', '{device} in {place}'],
    problems: [
      'my {device} does not switch on any more', 'the {device} makes a loud noise and gets very hot', 'the screen of my {device} stays black after login',
      'the battery of the {device} lasts less than an hour', 'the docking station no longer recognises the {device}', 'keys on the {device} are stuck',
      'the {device} fell down and the casing is cracked', 'I would like a second monitor for my desk', 'the {device} shuts down by itself several times a day',
      'the fan of the {device} runs all the time', 'the headset has no sound on one side', 'the charger of the {device} sparks when plugged in',
    ],
    details: ['asset tag {asset}', 'it is about four years old', 'I tried another power cable', 'warranty should still apply', 'it sits in {place}', 'a loan unit would help meanwhile'],
  }],
  ['Access', {
    weight: 20,
    subjects: ['access to {application}', 'locked out of {application}', 'password reset', 'cannot log in to {application}', 'permission for {share}', 'new starter account'],
    problems: [
      'I can not log in to {application} since {time}', 'my account is locked after too many attempts', 'please reset my password for {application}',
      'I need read and write permission on {share}', 'the second factor prompt never arrives on my phone', 'my colleague {person} needs the same rights as I have in {application}',
      'please create an account for our new starter {person} in {department}', 'it says I am not authorised to open {share}', 'my role in {application} is missing after the move to {department}',
      'single sign on sends me back to the login page', 'please remove the rights of {person} who left {department}',
    ],
    details: ['user name is {account}', 'my manager approved it', 'the message is {error}', 'it worked until {time}', 'needed before the month end', 'the same for {application}'],
  }],
  ['Software', {
    weight: 16,
    subjects: ['{application} crashes', 'install {application}', '{application} error', '{application} very slow', 'update of {application}', 'licence for {application}'],
    problems: [
      '{application} crashes when I open a larger file', 'please install {application} on my {device}', '{application} shows {error} at start',
      'since the update {application} is very slow', 'the export in {application} ends in an empty file', 'my licence for {application} has expired',
      '{application} does not save my changes', 'the add-in disappeared from {application}', 'a window of {application} stays white', 'the macro in our {application} report stopped working',
    ],
    details: ['version {version}', 'reinstalling did not help', 'it happens on {host} too', 'the log says {error}', 'colleagues in {department} see it as well', 'a restart helps for an hour'],
  }],
  ['Network', {
    weight: 12,
    subjects: ['no network in {place}', 'VPN drops', 'wifi very slow', '{host} not reachable', 'no internet', 'VPN connection from home'],
    problems: [
      'the VPN drops every few minutes', 'there is no wifi in {place} since {time}', '{host} is not reachable from our office', 'the network socket in {place} seems dead',
      'the connection from home is extremely slow', 'video calls freeze because the network is unstable', 'I only get a limited connection on the {device}',
      'packets to {host} get lost', 'name resolution for {host} fails', 'the firewall seems to block {application}',
    ],
    details: ['ping to {host} times out', 'cable and wifi behave the same', 'my address is {address}', 'everyone on the floor is affected', 'the provider reports no outage', 'error {error}'],
  }],
  ['Email', {
    weight: 9,
    subjects: ['mailbox full', 'mails not arriving', 'shared mailbox for {department}', 'calendar not synchronising', 'distribution list', 'cannot send mail'],
    problems: [
      'I can not send any mail since {time}', 'mails from a customer never arrive', 'my mailbox is full although I deleted a lot', 'please give me the shared mailbox of {department}',
      'the calendar on my phone does not synchronise', 'please add {person} to the distribution list of {department}', 'mails with attachments bounce back', 'the out of office reply is still active',
      'the mail client asks for my password again and again',
    ],
    details: ['the bounce says {error}', 'webmail works', 'only large attachments are concerned', 'the sender is an important customer', 'it started {time}'],
  }],
  ['Printing', {
    weight: 6,
    subjects: ['printer in {place}', 'paper jam', 'printer offline', 'prints come out empty', 'add printer'],
    problems: [
      'the printer in {place} is offline', 'there is a paper jam I can not clear', 'the prints have black stripes', 'please add the printer of {department} on my {device}',
      'scanning to mail no longer works at the printer in {place}', 'the toner is empty', 'my print jobs stay in the queue', 'the printer asks for a code I do not have',
    ],
    details: ['printer name is {host}', 'other printers work', 'duplex is wrong too', 'message on the display: {error}', 'the queue was restarted already'],
  }],
  ['HR Request', {
    weight: 5,
    subjects: ['leave request', 'payslip', 'working time record', 'onboarding of {person}', 'change of personal data', 'travel expenses'],
    problems: [
      'my payslip of last month is missing', 'please correct my working time record', 'my leave request is not shown to my manager', 'I have moved and need to change my address',
      'my travel expenses were not paid out', 'please prepare the onboarding of {person} in {department}', 'my remaining leave is shown wrong', 'I need a certificate of employment',
    ],
    details: ['personnel number {asset}', 'my manager is {person}', 'payroll closes soon', 'it concerns {department}', 'the form is attached'],
  }],
  ['Security', {
    weight: 4,
    subjects: ['suspicious mail', 'possible phishing', 'virus warning', 'lost {device}', 'unknown login'],
    problems: [
      'I received a suspicious mail with a link', 'I clicked a link and entered my password', 'the virus scanner reports a threat on my {device}', 'I lost my {device} on the train',
      'there was a login to my account from a foreign country', 'someone called and asked for my password', 'an unknown program wants administrator rights',
    ],
    details: ['the sender pretends to be {department}', 'I did not open the attachment', 'I disconnected the {device}', 'the scanner names {error}', 'it happened {time}'],
  }],
])

export const slots: Readonly<Record<string, readonly string[]>> = {
  device: ['laptop', 'notebook', 'desktop', 'monitor', 'tablet', 'phone', 'workstation', 'keyboard', 'thin client'],
  application: ['SAP', 'the CRM', 'Excel', 'Teams', 'the time sheet', 'Jira', 'the ERP', 'the data warehouse', 'AutoCAD', 'the intranet', 'the ticket portal', 'Acrobat', 'the HR portal'],
  share: ['the finance share', 'drive P', 'the project folder', 'the archive', 'the reports site', 'drive S'],
  department: ['finance', 'sales', 'purchasing', 'logistics', 'legal', 'marketing', 'production', 'human resources', 'research'],
  place: ['room 204', 'the third floor', 'the warehouse', 'building B', 'the meeting room', 'the reception', 'the Leeds office', 'the canteen', 'home office'],
  person: ['Anna', 'Priya', 'Jonas', 'Mehmet', 'Sofia', 'Liam', 'Chen', 'Olga', 'Karim', 'Emma'],
  time: ['this morning', 'yesterday', 'Monday', 'last week', 'the maintenance', 'the update', 'noon'],
  version: ['11.2', '2.4.1', '2019', '365', '7.0', '23.1'],
}

export const greetings: readonly string[] = ['hello', 'hi', 'dear team', 'good morning', 'hi team', 'dear service desk', '']
export const closings: readonly string[] = ['thanks', 'kind regards', 'please help', 'best regards', 'thank you', 'this is urgent', 'many thanks in advance', '']

/** Said in tickets of every kind. */
export const fillers: readonly string[] = [
  'could you please have a look', 'I can not work at the moment', 'I already restarted everything', 'please call me back', 'it is not urgent', 'several colleagues have the same problem',
  'I am in meetings until the afternoon', 'this is the second time this month', 'let me know if you need more information', 'the previous ticket was closed without a solution',
]
