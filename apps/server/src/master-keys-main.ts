#!/usr/bin/env node
import { join } from 'node:path'
import { MasterKeyFile } from '@motadata/adapters'
import { PlatformError } from '@motadata/core'
import type { PlatformConfig } from '@motadata/worker/process'
import { runCommands } from './commands/run-commands.js'

const key = { key: { value: 'NAME', meaning: 'the name of the key, as list shows it', isNeeded: true } } as const

await runCommands({
  help: `Motadata ML: the file of master keys, which predictions are signed with: MASTER_KEYS_FILE, else keys/master-keys.json of DATA_FOLDER.

  npm run master-keys -- COMMAND      or motadata-master-keys COMMAND

To rotate: add a key, restart every process, promote the key, restart again. Processes read the file when they start.`,
  commands: {
    create: {
      meaning: 'makes the file with one new key; never replaces one',
      options: {},
      run: async (_, { config, print }) => print(`Made the key ${await fileOf(config).create()} in ${fileOf(config).path}.`),
    },
    list: {
      meaning: 'shows the names of the keys, the current one first; never the keys',
      options: {},
      run: async (_, { config, print }) => {
        for (const [place, name] of (await fileOf(config).list()).entries()) print(`${name}${place === 0 ? '  current' : ''}`)
      },
    },
    add: {
      meaning: 'adds a new key behind the others, which reads but does not sign yet',
      options: {},
      run: async (_, { config, print }) => {
        const name = await fileOf(config).add()
        print(`Added the key ${name}. Restart every process, then: promote --key ${name}`)
      },
    },
    promote: {
      meaning: 'makes a key the current one; the former one stays behind it',
      options: key,
      run: async ({ key: name }, { config, print }) => {
        await fileOf(config).promote(name!)
        print(`The key ${name} is the current one. Restart every process.`)
      },
    },
    remove: {
      meaning: 'removes a key for good; what it signed can be read no more',
      options: key,
      run: async ({ key: name }, { config, print }) => {
        await fileOf(config).remove(name!)
        print(`Removed the key ${name}.`)
      },
    },
  },
})

function fileOf({ MASTER_KEYS: given, MASTER_KEYS_FILE: path, DATA_FOLDER: folder }: PlatformConfig): MasterKeyFile {
  if (given) throw new PlatformError('CONFIGURATION_INVALID', 'Expected master keys in a file, got them from MASTER_KEYS. Change that setting itself, or move to MASTER_KEYS_FILE.')
  return new MasterKeyFile(path ?? join(folder, 'keys/master-keys.json'))
}
