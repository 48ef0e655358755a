import { detectDelimiter } from './delimiter.js'

/** How much of the beginning is looked at for the delimiter and the line ends. */
export const csvSampleBytes = 65_536

/** How CSV is written, by its beginning. @param delimiter - Detected when undefined. */
export function dialectOf(sample: Buffer, delimiter: string | undefined): { readonly delimiter: string; readonly lineEnd: 'line-feed' | 'carriage-return' } {
  const lineEnd = !sample.includes('\n') && sample.includes('\r') ? 'carriage-return' : 'line-feed'
  const lastLineEnd = sample.lastIndexOf(lineEnd === 'line-feed' ? '\n' : '\r')
  const whole = sample.length < csvSampleBytes || lastLineEnd < 0 ? sample : sample.subarray(0, lastLineEnd + 1)
  return { delimiter: delimiter ?? detectDelimiter(whole), lineEnd }
}
