import { BlockList, isIP } from 'node:net'

const refused = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24],
  ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) refused.addSubnet(network, prefix, 'ipv4')
// Of IPv6, what is given out to the public is one network; within it are some that stand for IPv4 addresses or for nothing.
const publicNetwork = new BlockList()
publicNetwork.addSubnet('2000::', 3, 'ipv6')
for (const [network, prefix] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) refused.addSubnet(network, prefix, 'ipv6')

/**
 * Whether an address is one of the public internet: not of this machine, a private or a local network, a test network, a group.
 *
 * @example
 * isPublicAddress('169.254.169.254') // => false
 */
export function isPublicAddress(address: string): boolean {
  const plain = address.split('%', 1)[0]!
  const family = isIP(plain)
  if (family === 4) return !refused.check(plain, 'ipv4')
  if (family !== 6) return false
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  if (mapped) return !refused.check(mapped[1]!, 'ipv4')
  return publicNetwork.check(plain, 'ipv6') && !refused.check(plain, 'ipv6')
}
