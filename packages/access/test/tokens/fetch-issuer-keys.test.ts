import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fetchIssuerKeys } from '../../src/tokens/fetch-issuer-keys.js'
import { checkIssuers, type OidcIssuer } from '../../src/tokens/oidc-issuer.js'

describe('the keys of an issuer', () => {
  const keys = { keys: [{ kty: 'EC', kid: 'one' }] }
  let server: Server
  let neighbour: Server
  /** What is asked for, and what is answered by path. */
  let asked: string[]
  let answers: Record<string, unknown>

  const listen = async (listening: Server): Promise<void> => new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const originOf = (listening: Server): string => `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  const serve = (): Server => createServer(({ url }, response) => {
    asked.push(url!)
    response.end(JSON.stringify(answers[url!] ?? null))
  })
  beforeAll(async () => {
    server = serve()
    neighbour = serve()
    await Promise.all([listen(server), listen(neighbour)])
  })
  afterAll(() => Promise.all([server, neighbour].map((listening) => new Promise((resolve) => listening.close(resolve)))))
  beforeEach(() => {
    asked = []
    answers = { '/keys': keys }
  })

  const fetchKeys = (changes: Partial<OidcIssuer> = {}) => {
    const [issuer] = checkIssuers([{ issuer: `${originOf(server)}/realms/desk`, audiences: ['ml'], roleMap: { a: 'viewer' }, allowPrivateAddresses: true, ...changes }])
    return fetchIssuerKeys(issuer!)
  }
  const document = (changes: object = {}): void => {
    answers['/realms/desk/.well-known/openid-configuration'] = { issuer: `${originOf(server)}/realms/desk`, jwks_uri: `${originOf(server)}/keys`, ...changes }
  }

  it('are where its discovery document says', async () => {
    document()
    expect(await fetchKeys()).toEqual(keys)
    expect(asked).toEqual(['/realms/desk/.well-known/openid-configuration', '/keys'])
  })

  it('are where they were configured, and then no document is asked for', async () => {
    expect(await fetchKeys({ jwksUrl: `${originOf(server)}/keys`, issuer: 'an issuer that is no address' })).toEqual(keys)
    expect(asked).toEqual(['/keys'])
  })

  it('are found also behind an issuer that ends with a slash', async () => {
    document({ issuer: `${originOf(server)}/realms/desk/` })
    expect(await fetchKeys({ issuer: `${originOf(server)}/realms/desk/` })).toEqual(keys)
  })

  it.each([
    ['that names another issuer', { issuer: 'https://evil.example' }, /name the issuer/],
    ['that names none', { issuer: undefined }, /name the issuer/],
    ['without an address of keys', { jwks_uri: undefined }, /jwks_uri/],
    ['with an address that is none', { jwks_uri: 'keys' }, /jwks_uri/],
    ['that leads to a file', { jwks_uri: 'file:///etc/passwd' }, /https/],
    ['that leads elsewhere without TLS', { jwks_uri: 'http://93.184.216.34/keys' }, /https/],
    ['that leads to a private address', { jwks_uri: 'https://169.254.169.254/keys' }, /public address/],
  ])('are not taken from a document %s', async (_, changes, message) => {
    document(changes)
    await expect(fetchKeys()).rejects.toThrow(message)
    expect(asked).toHaveLength(1)
  })

  it('are not asked for at a neighbour in our network', async () => {
    document({ jwks_uri: `${originOf(neighbour)}/keys` })
    await expect(fetchKeys()).rejects.toThrow()
    document({ jwks_uri: `${originOf(neighbour).replace('http:', 'https:')}/keys` })
    await expect(fetchKeys()).rejects.toThrow('expected a public address')
    expect(asked.filter((path) => path === '/keys')).toEqual([])
  })

  it('are asked for at public addresses alone where nothing else is allowed', async () => {
    document()
    await expect(fetchKeys({ issuer: `${originOf(server).replace('http:', 'https:')}/realms/desk`, allowPrivateAddresses: false })).rejects.toThrow('expected a public address')
    expect(asked).toEqual([])
  })
})
