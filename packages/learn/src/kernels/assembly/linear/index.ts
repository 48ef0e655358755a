export { addProduct } from './add-product'
export { softmaxShares } from './softmax-shares'
