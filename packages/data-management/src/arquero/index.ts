export { fromArquero } from './from-arquero.js'
export { toArquero } from './to-arquero.js'
