import base from '../../eslint.config.mjs'

/** Kernels are in AssemblyScript, which has types and functions that TypeScript does not know. */
export default [...base, { ignores: ['src/kernels/assembly'] }]
