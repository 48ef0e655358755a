import SerializerSelector from '@fastify/fast-json-stringify-compiler'

/** What a schema was compiled to for checking; the errors of the last value stand beside it, as Fastify reads them. */
export type Validator = ((value: unknown) => boolean) & { errors?: unknown }

/**
 * A validator that is compiled with the first value. Most routes of a process are never asked; compiled at the start, all of the composed
 * server's took 0.16 s and 24 MB. A schema that can't be compiled is found by a test, no longer by the start.
 */
export function validateWhenAsked(compile: () => Validator): Validator {
  let compiled: Validator | undefined
  const validate: Validator = (value) => {
    compiled ??= compile()
    const isValid = compiled(value)
    validate.errors = compiled.errors
    return isValid
  }
  return validate
}

/** Fastify's serializers of answers, each compiled with the first answer. */
export const serializersWhenAsked: SerializerSelector.SerializerFactory = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  return (route) => {
    let compiled: SerializerSelector.Serializer | undefined
    return (answer) => (compiled ??= compile(route))(answer)
  }
}
