import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPlatform } from '@motadata/adapters'
import { parseTenantId } from '@motadata/core'
import { MLSystem } from '@motadata/ml-framework'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import { mustRun } from './command.js'

const reader = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], framework='numpy') as file:
    names = list(file.keys())
    assert names, 'no tensors'
    for name in names:
        file.get_tensor(name)
    assert file.metadata()['format'].startswith('motadata-model/'), file.metadata().keys()
    print(len(names))
`

/** Proves that a trained model's artifact is a safetensors file, by opening it with Python's own library. */
export async function checkArtifactFormat(): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), 'motadata-artifact-'))
  const platform = await openPlatform({ inMemory: true })
  try {
    const system = await MLSystem.open(platform)
    const version = await system.forTenant('acme').trainModel({
      modelId: 'ticket_classifier', modelType: 'classification', trainingData: makeTickets({ rows: 600 }),
    })
    writeFileSync(join(scratch, 'model.safetensors'), await platform.artifacts.get(parseTenantId('acme'), version.artifact.sha256))
    await mustRun('python3', ['-m', 'venv', 'venv'], { cwd: scratch })
    await mustRun('venv/bin/pip', ['install', '--quiet', 'safetensors==0.5.3', 'numpy==2.2.6'], { cwd: scratch })
    const tensors = await mustRun('venv/bin/python', ['-c', reader, 'model.safetensors'], { cwd: scratch })
    return `Python's safetensors opened an artifact of ${tensors.trim()} tensors`
  } finally {
    await platform.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}
