/** Which part of a list is wanted. */
export interface PageRequest {
  /** 1 to 200, default 50. */
  readonly limit?: number
  /** From the page before. */
  readonly pageToken?: string
}
