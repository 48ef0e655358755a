import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a worker process says: that it is open, that it works on a kind, or when it began a job. */
interface Report {
  readonly ready?: true
  readonly worksOn?: string
  readonly beganMs?: number
}

/** Processes that work on jobs with a handler that does nothing. */
export class JobWorkers {
  readonly #children: readonly ChildProcess[]
  #onBegan: (beganMs: number) => void = () => undefined

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children
    for (const child of children) child.on('message', ({ beganMs }: Report) => beganMs !== undefined && this.#onBegan(beganMs))
  }

  /** @param concurrency - Jobs that each process works on at once. */
  static async start(count: number, concurrency: number, settings: { readonly databaseUrl: string; readonly dataFolder: string }): Promise<JobWorkers> {
    const children: ChildProcess[] = []
    for (let index = 0; index < count; index++) {
      const child = fork(join(import.meta.dirname, 'job-worker.ts'), [], {
        execArgv: ['--conditions=@motadata/source', '--import', 'tsx'],
        env: { PATH: process.env['PATH'], DATABASE_URL: settings.databaseUrl, DATA_FOLDER: settings.dataFolder, CONCURRENCY: String(concurrency) },
      })
      children.push(child)
      await report(child, ({ ready }) => ready === true)
    }
    return new JobWorkers(children)
  }

  /** Lets all of them begin with a kind of jobs. */
  async workOn(kind: string): Promise<void> {
    await Promise.all(this.#children.map((child) => {
      const begun = report(child, ({ worksOn }) => worksOn === kind)
      child.send({ kind })
      return begun
    }))
  }

  /** When the next so many jobs began, in epoch milliseconds, in their order. */
  began(count: number): Promise<readonly number[]> {
    return new Promise((resolve) => {
      const times: number[] = []
      this.#onBegan = (beganMs) => times.push(beganMs) === count && resolve(times)
    })
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => {
      const ended = once(child, 'exit')
      child.send('stop')
      return ended
    }))
  }
}

function report(child: ChildProcess, isIt: (report: Report) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: Report) => isIt(message) && resolve())
    child.once('exit', (code) => reject(new Error(`A worker process ended with ${code}.`)))
  })
}
