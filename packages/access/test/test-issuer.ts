import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '@motadata/core'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'
import type { OidcIssuer } from '../src/index.js'

interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

/** An identity provider on a free port of this machine, whose keys are asked for over HTTP. */
export class TestIssuer {
  readonly issuer = 'https://login.example/realms/desk'
  requestCount = 0
  /** What is answered in place of the keys; undefined for the keys. */
  answer: ((response: ServerResponse) => void) | undefined
  readonly #server: Server
  readonly #clock: Clock
  #keys: SigningKey[] = []

  private constructor(clock: Clock) {
    this.#clock = clock
    this.#server = createServer((_request, response) => {
      this.requestCount++
      if (this.answer) this.answer(response)
      else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: this.#keys.map(({ publicJwk }) => publicJwk) }))
    })
  }

  static async start(clock: Clock): Promise<TestIssuer> {
    const issuer = new TestIssuer(clock)
    await issuer.rotate('key-1')
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve))
    return issuer
  }

  get jwksUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/keys`
  }

  /** How it is set up here; roles are said as `desk-…`. */
  options(changes: Partial<OidcIssuer> = {}): OidcIssuer {
    const roleMap = { 'desk-reader': 'viewer', 'desk-agent': 'predictor', 'desk-admin': 'admin' } as const
    return { issuer: this.issuer, audiences: ['motadata-ml'], jwksUrl: this.jwksUrl, roleMap, allowPrivateAddresses: true, ...changes }
  }

  /** Signs with a new key from now on, and gives no other. */
  async rotate(kid: string, algorithm = 'ES256'): Promise<void> {
    this.#keys = [await createSigningKey(kid, algorithm)]
  }

  get publicJwk(): JWK {
    return this.#keys[0]!.publicJwk
  }

  /** Good claims of an agent of the tenant. */
  claims(tenantId: string, changes: JWTPayload = {}): JWTPayload {
    const now = Math.floor(this.#clock.nowMs() / 1000)
    return { iss: this.issuer, aud: 'motadata-ml', sub: 'user-1', tenant_id: tenantId, roles: ['desk-agent'], iat: now, exp: now + 3600, ...changes }
  }

  async sign(claims: JWTPayload, header: { readonly kid?: string; readonly typ?: string } = {}): Promise<string> {
    const { kid, privateKey, publicJwk } = this.#keys[0]!
    return new SignJWT(claims).setProtectedHeader({ alg: publicJwk.alg!, kid, ...header }).sign(privateKey)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

export async function createSigningKey(kid: string, algorithm: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  return { kid, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } }
}
