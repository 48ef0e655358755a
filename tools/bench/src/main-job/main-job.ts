import type { Benchmark } from '../benchmark.js'
import { benchmarkHttp } from './http.js'
import { loadLabelledTickets } from './labelled-tickets.js'
import { benchmarkPrediction } from './prediction.js'
import { benchmarkStart } from './start.js'
import { benchmarkTraining } from './training.js'

/** Train on tickets, register, serve, predict: the whole way once. */
export const mainJob: Benchmark = {
  name: 'main-job',
  title: 'The main job: train on tickets, serve, predict',
  async run(options) {
    const tickets = await loadLabelledTickets(options.data)
    return [
      ...(await benchmarkTraining(tickets, options)),
      ...(await benchmarkPrediction(tickets, options)),
      ...(await benchmarkHttp(tickets, options)),
      ...(await benchmarkStart(options)),
    ]
  },
}
