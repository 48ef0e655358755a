/** Of this app; the same as in its package.json, which a test holds it to. */
export const version = '1.0.0'
