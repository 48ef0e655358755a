export { ModelServer, type ModelServerOptions, type ServerAddress, type ServerPlugin, type ServerRoute } from './model-server.js'
export { RealtimePredictor, type RealtimeLimits, type RealtimePredictorOptions } from './realtime-predictor.js'
