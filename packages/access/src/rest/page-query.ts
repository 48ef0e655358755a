import { type Static, Type } from '@sinclair/typebox'
import { pageLimitDefault, pageLimitMaximum } from '../input/check-page.js'

export const pageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageLimitMaximum, default: pageLimitDefault })),
    pageToken: Type.Optional(Type.String({ maxLength: 64, description: 'nextPageToken of the page before' })),
  },
  { additionalProperties: false },
)
export type PageQuery = Static<typeof pageQuery>
