/** Seconds by the clock and of the processors. */
export function timed(work: () => void): [number, number] {
  const before = process.cpuUsage()
  const startedMs = performance.now()
  work()
  const seconds = (performance.now() - startedMs) / 1000
  const { user, system } = process.cpuUsage(before)
  return [seconds, (user + system) / 1e6]
}
