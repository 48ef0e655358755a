/** What one hyperparameter may be. */
export type HyperparameterRule =
  | {
      readonly type: 'number'
      readonly default: number
      readonly minimum: number
      readonly maximum: number
      /** Whole numbers only. */
      readonly integer?: boolean
      /** The minimum itself is not allowed. */
      readonly exclusiveMinimum?: boolean
      readonly description: string
    }
  | { readonly type: 'choice'; readonly default: string; readonly options: readonly string[]; readonly description: string }
  | { readonly type: 'boolean'; readonly default: boolean; readonly description: string }

/** Every hyperparameter of an estimator by name. */
export type HyperparameterSchema = Readonly<Record<string, HyperparameterRule>>
