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
  parts: [
    { name: 'training', run: async (options) => benchmarkTraining(await loadLabelledTickets(options.data), options) },
    { name: 'prediction', run: async (options) => benchmarkPrediction(await loadLabelledTickets(options.data), options) },
    { name: 'http', run: async (options) => benchmarkHttp(await loadLabelledTickets(options.data), options) },
    { name: 'start', run: benchmarkStart },
  ],
}
