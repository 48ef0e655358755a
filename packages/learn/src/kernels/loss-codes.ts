/** Numbers of the losses of `computeGradients`, as in `assembly/boosting/gradients.ts`. */
export const lossCodes = { squared: 0, logistic: 1, poisson: 2, absolute: 3, quantile: 4 } as const
