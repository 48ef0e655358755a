import { renewKernels } from './kernels/compile-kernels.js'

console.log(await renewKernels())
