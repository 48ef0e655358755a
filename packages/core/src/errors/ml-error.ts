import type { ErrorCode } from './error-code.js'

const marker = Symbol.for('motadata.ml-error')

export interface MLErrorOptions {
  /** What belongs to the case: names, expected, received, limits. Never ticket text, never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * The base of every error that this product throws on purpose.
 *
 * The message says what was expected, what came, and what to do. Recognise an error by its code with {@link isMLError}, never by
 * message or `instanceof`: two copies of a package in one process have two classes.
 *
 * @example
 * throw new MLError('TENANT_ID_INVALID', "Expected a tenant id such as 'acme', got ''. Pass the tenant's id.")
 */
export class MLError extends Error {
  readonly [marker] = true
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: MLErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.details = options.details ?? {}
  }
}

/**
 * Whether a thrown value is an error of this product, and, with a code, whether it is that one.
 *
 * @example
 * try { … } catch (error) { if (isMLError(error, 'MODEL_NOT_FOUND')) return undefined; throw error }
 */
export function isMLError(error: unknown, code?: ErrorCode): error is MLError {
  return error instanceof Error && marker in error && (code === undefined || (error as MLError).code === code)
}
