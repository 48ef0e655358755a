import { isPublicAddress } from '../../src/tokens/public-address.js'

// IANA's registries of special-purpose addresses: iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
describe('an address', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.0', '192.167.1.1', '100.63.255.255', '2606:4700:4700::1111', '2a00:1450:4001:80b::200e'])(
    '%s is public', (address) => expect(isPublicAddress(address)).toBe(true),
  )

  it.each([
    '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1',
    '192.168.1.1', '198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8',
    '64:ff9b::7f00:1', 'fe80::1', 'fc00::1', 'fd12:3456::1', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::', '3fff::1',
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))

  it.each(['', 'localhost', '1.2.3', '0x7f000001', '8.8.8.8 '])('%j is none', (text) => expect(isPublicAddress(text)).toBe(false))
})
