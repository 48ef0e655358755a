import { createRandom, fromRecords } from '@motadata/core'
import {
  accuracy, appendClass, chooseRegularization, type FittedClassifier, LogisticRegression, mostProbable, selectMatrixRows, stratifiedSplit, TransferBase, TransferHead,
} from '@motadata/learn'
import { DataProcessor, type FittedProcessor } from '@motadata/ml-framework'
import { makeTickets } from '@motadata/use-case-ticket-classification'
import type { BenchmarkOptions, BenchmarkRow } from '../benchmark.js'
import { loadLabelledTickets } from '../main-job/labelled-tickets.js'
import { rounded } from '../median.js'

type Ticket = readonly [text: string, label: string]
const sizes = [50, 200, 1_000, 8_000]
const testRows = 1_500
/** Where a base is not expected to help, it should not harm by more. */
const mayLose = -0.01
/** Half the width of a 95 % interval of a mean of 20 differences, in standard errors: Student's t with 19 degrees of freedom. */
const student95 = 2.093

/** Few labelled tickets: with a base of somebody else's rows against from scratch, and a class that comes later. */
export async function benchmarkFewRows(options: BenchmarkOptions): Promise<BenchmarkRow[]> {
  const generated = makeTickets({ rows: 20_000, seed: 11 }).map(({ text, category }): Ticket => [text, category])
  const sources: (readonly [string, readonly Ticket[]])[] = [['generated tickets', generated]]
  if (options.data !== undefined) {
    const { train, test } = await loadLabelledTickets(options.data)
    sources.push(['real tickets', [...train, ...test]])
  }
  return sources.flatMap(([origin, tickets]) => {
    const labels = [...new Set(tickets.map(([, label]) => label))].sort()
    const isOther = new Map(labels.map((label, at) => [label, at % 2 === 1]))
    return [
      ...curve(`a base of other rows, ${origin}`, tickets.filter((_, row) => row % 2 === 0), tickets.filter((_, row) => row % 2 === 1), options, { sameLabels: true }),
      ...curve(`a base of other labels, ${origin}`, tickets.filter(([, label]) => isOther.get(label)), tickets.filter(([, label]) => !isOther.get(label)), options, { sameLabels: false }),
      ...laterClass(origin, tickets, options),
    ]
  })
}

interface Base {
  readonly processor: FittedProcessor
  readonly base: TransferBase
}

function fitText(tickets: readonly Ticket[]) {
  return new DataProcessor().fitTransform(datasetOf(tickets), { columnKinds: { text: 'text' } })
}

const datasetOf = (tickets: readonly Ticket[]) => fromRecords(tickets.map(([text]) => ({ text })), { text: 'text' })

function targetOf(tickets: readonly Ticket[], classes: readonly string[]) {
  return { classes, codes: Int32Array.from(tickets, ([, label]) => classes.indexOf(label)) }
}

const classesOf = (tickets: readonly Ticket[]) => [...new Set(tickets.map(([, label]) => label))].sort()

function learnBase(tickets: readonly Ticket[]): Base {
  const { processor, matrix } = fitText(tickets)
  const classifier = new LogisticRegression({ C: 10 }).fit(matrix, targetOf(tickets, classesOf(tickets)))
  return { processor, base: TransferBase.of(classifier, matrix) }
}

/** From scratch and with a base on the same rows, at every size and seed; C chosen on the rows in hand by both. */
function curve(name: string, baseTickets: readonly Ticket[], own: readonly Ticket[], { quick, log }: BenchmarkOptions, { sameLabels }: { readonly sameLabels: boolean }): BenchmarkRow[] {
  log(`few rows: ${name}`)
  const shared = learnBase(baseTickets)
  const classes = classesOf(own)
  const { codes } = targetOf(own, classes)
  return sizes.filter((size) => size + testRows <= own.length).map((size) => {
    const seeds = quick || size > 1_000 ? 3 : 20
    const scores = Array.from({ length: seeds }, (_, seed) => {
      const { train, test } = stratifiedSplit(codes, { testShare: testRows / own.length, seed })
      const few = createRandom(`few rows/${seed}`).shuffle([...train]).slice(0, size).map((row) => own[row]!)
      return compare(shared, few, Array.from(test, (row) => own[row]!), classes)
    })
    const gains = scores.map(({ scratch, based }) => based - scratch)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0)
    const gain = mean(gains)
    const error = Math.sqrt(gains.reduce((sum, one) => sum + (one - gain) ** 2, 0) / (seeds - 1) / seeds)
    return {
      task: `${size} labelled tickets with ${name}: gain in accuracy over from scratch, lower end of its interval`,
      value: rounded(gain - student95 * error, 3), unit: 'accuracy', better: 'higher', bar: sameLabels && size <= 1_000 ? 0 : mayLose, ours: rounded(mean(scores.map(({ based }) => based))),
      peer: rounded(mean(scores.map(({ scratch }) => scratch))), note: `mean gain ${gain.toFixed(4)} over ${seeds} seeds; ours with the base, peer from scratch${seeds === 20 ? '' : '; too few seeds for an interval'}`,
    }
  })
}

function compare({ processor, base }: Base, few: readonly Ticket[], test: readonly Ticket[], classes: readonly string[]) {
  const target = targetOf(few, classes)
  const actual = targetOf(test, classes).codes
  const scoreOf = (model: FittedClassifier, features: FittedProcessor) => accuracy(actual, mostProbable(model.predictProbabilities(features.transform(datasetOf(test))), classes.length))
  const own = fitText(few)
  const alone = chooseRegularization(own.matrix, target, { textColumns: own.processor.textColumns })
  const X = processor.transform(datasetOf(few))
  const { C } = chooseRegularization(base.withScores(X), target, { textColumns: processor.textColumns })
  return {
    scratch: scoreOf(new LogisticRegression({ C: alone.C }).fit(own.matrix, target), own.processor),
    based: scoreOf(new TransferHead(base, { C }).fit(X, target), processor),
  }
}

/** The rarest class comes last, with a few examples: against learning everything again with as many. */
function laterClass(origin: string, tickets: readonly Ticket[], { quick, log }: BenchmarkOptions): BenchmarkRow[] {
  log(`few rows: a class that comes later, ${origin}`)
  const counts = new Map<string, number>()
  for (const [, label] of tickets) counts.set(label, (counts.get(label) ?? 0) + 1)
  const later = [...counts].sort(([, a], [, b]) => a - b)[0]![0]
  const known = tickets.filter(([, label]) => label !== later).slice(0, 4_000)
  const [learning, resting] = [known.slice(0, 3_000), known.slice(3_000)]
  const news = tickets.filter(([, label]) => label === later)
  const { processor, matrix } = fitText(learning)
  const classes = classesOf(learning)
  const fitted = new LogisticRegression({ C: 10 }).fit(matrix, targetOf(learning, classes))
  const reservoir = selectMatrixRows(matrix, Array.from({ length: 500 }, (_, at) => at * 6))
  const grown = [...classes, later]
  return [1, 5, 20].map((count) => {
    const seeds = quick ? 2 : 10
    const recalls = { ours: 0, again: 0 }
    let [kept, before] = [0, 0]
    for (let seed = 0; seed < seeds; seed++) {
      const drawn = createRandom(`later class/${seed}`).shuffle([...news])
      const [few, test] = [drawn.slice(0, count), drawn.slice(count, count + 300)]
      const appended = appendClass(fitted, { label: later, examples: processor.transform(datasetOf(few)), known: reservoir })
      const again = fitText([...learning, ...few])
      const relearned = new LogisticRegression({ C: 10 }).fit(again.matrix, targetOf([...learning, ...few], grown))
      const share = (model: FittedClassifier, features: FittedProcessor, rows: readonly Ticket[]) =>
        accuracy(targetOf(rows, grown).codes, mostProbable(model.predictProbabilities(features.transform(datasetOf(rows))), model.classes.length))
      recalls.ours += share(appended, processor, test) / seeds
      recalls.again += share(relearned, again.processor, test) / seeds
      kept += share(appended, processor, resting) / seeds
      before += share(fitted, processor, resting) / seeds
    }
    return {
      task: `a class learned from ${count} example${count === 1 ? '' : 's'} without learning the others again: recall over that of learning all again (${origin})`,
      value: rounded(recalls.ours - recalls.again, 3), unit: 'recall', better: 'higher', bar: 0, ours: rounded(recalls.ours), peer: rounded(recalls.again),
      note: `accuracy on the known classes ${kept.toFixed(3)}, before ${before.toFixed(3)}; the class '${later}', ${seeds} draws`,
    } as const
  })
}
