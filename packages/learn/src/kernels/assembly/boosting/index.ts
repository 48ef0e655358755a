export { addToHistogram, subtractHistogram } from './histogram'
