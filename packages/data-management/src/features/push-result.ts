/** What became of rows that were pushed. */
export interface PushResult {
  readonly view: string
  readonly rowCount: number
  /** Of what the rows are about, those of which no newer row was online already; undefined when nothing was to go online. */
  readonly keptCount?: number
  /** The version of the dataset that has the rows; undefined when they were not to be kept there. */
  readonly datasetVersion?: number
}
