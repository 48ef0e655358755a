import type { Logger } from '@motadata/core'

const nothing = (): void => undefined

/** For processes whose log nobody reads. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing }
