import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerConfig } from '../../src/config.js'

export type Claims = Readonly<Record<string, unknown>>

interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicJwk: JsonWebKey
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * An identity provider on a free port of this machine: a discovery document, keys, and tokens that are signed by hand, lest a mistake in
 * the library that checks them be made on both sides.
 */
export class IdentityProvider {
  /** What was asked for, in order. */
  readonly asked: string[] = []
  /** What is answered in place of everything; undefined for what is right. */
  answer: ((response: ServerResponse) => void) | undefined
  readonly #server: Server
  #keys: readonly SigningKey[]

  private constructor() {
    this.#keys = [createSigningKey('key-1')]
    this.#server = createServer(({ url }, response) => {
      this.asked.push(url!)
      if (this.answer) this.answer(response)
      else if (url === '/realms/desk/.well-known/openid-configuration') response.end(JSON.stringify({ issuer: this.issuer, jwks_uri: `${this.#origin}/keys` }))
      else if (url === '/keys') response.end(JSON.stringify({ keys: this.#keys.map(({ publicJwk }) => publicJwk) }))
      else response.writeHead(404).end()
    })
  }

  static async start(): Promise<IdentityProvider> {
    const provider = new IdentityProvider()
    provider.#server.listen(0, '127.0.0.1')
    await once(provider.#server, 'listening')
    return provider
  }

  get #origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get issuer(): string {
    return `${this.#origin}/realms/desk`
  }

  /** How a server is set up for it; roles are said as `desk-…`. */
  get settings(): Partial<ServerConfig> {
    const roleMap = { 'desk-viewer': 'viewer', 'desk-predictor': 'predictor', 'desk-trainer': 'trainer', 'desk-admin': 'admin' } as const
    return { OIDC_ISSUER: this.issuer, OIDC_AUDIENCE: ['motadata-ml'], OIDC_ROLE_MAP: roleMap }
  }

  /** The same as a process reads it. */
  get environment(): Readonly<Record<string, string>> {
    return { OIDC_ISSUER: this.issuer, OIDC_AUDIENCE: 'motadata-ml', OIDC_ROLE_MAP: 'desk-viewer=viewer,desk-predictor=predictor,desk-trainer=trainer,desk-admin=admin' }
  }

  /** Signs with a new key from now on; the former one is given beside it. */
  rotate(kid: string): void {
    this.#keys = [createSigningKey(kid), ...this.#keys]
  }

  /** The public key of tokens signed now, as everybody has it. */
  get publicJwk(): JsonWebKey {
    return this.#keys[0]!.publicJwk
  }

  /** A token of someone of that tenant with that role. */
  token(tenantId: string, role: string, changes: Claims = {}, header: Claims = {}): string {
    const { kid, privateKey } = this.#keys[0]!
    const nowSeconds = Math.floor(Date.now() / 1000)
    const claims = {
      iss: this.issuer, aud: 'motadata-ml', sub: `a ${role}`, tenant_id: tenantId, roles: [`desk-${role}`], iat: nowSeconds, exp: nowSeconds + 3600, ...changes,
    }
    const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid, ...header })}.${encode(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }
}

function createSigningKey(kid: string): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { kid, privateKey, publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } }
}
