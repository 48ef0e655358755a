import type { TrainingProgress } from '@motadata/core'

const barLength = 24

/** Shows how far training is: a bar that redraws itself in a terminal, a line for each new stage elsewhere. */
export class ProgressLine {
  private readonly startedMs = performance.now()
  private stage = ''

  constructor(private readonly stream: NodeJS.WriteStream) {}

  show({ stage, share }: TrainingProgress): void {
    const seconds = (performance.now() - this.startedMs) / 1000
    if (this.stream.isTTY) {
      const filled = Math.round(share * barLength)
      const left = share > 0.1 && share < 1 ? `, about ${Math.max(1, Math.round((seconds / share) * (1 - share)))} s left` : ''
      this.stream.write(`\r\u001b[K  ${'█'.repeat(filled)}${'░'.repeat(barLength - filled)} ${percent(share)} ${stage}${left}`)
    } else if (stage !== this.stage) {
      this.stream.write(`  ${percent(share).padStart(4)} ${stage}\n`)
    }
    this.stage = stage
  }

  end(): void {
    if (this.stream.isTTY) this.stream.write('\r\u001b[K')
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`
}
