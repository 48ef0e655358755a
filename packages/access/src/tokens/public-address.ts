import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA's registries of special-purpose addresses: what is not for everybody to reach. */
const notPublic = new BlockList()
const privateNetworks = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24],
  ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24],
  ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const
for (const [network, prefix] of privateNetworks) notPublic.addSubnet(network, prefix, 'ipv4')
// within the global addresses: Teredo and the like, documentation, and 6to4, which holds an IPv4 address that may be any
for (const [network, prefix] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) notPublic.addSubnet(network, prefix, 'ipv6')
const globalUnicast = new BlockList()
globalUnicast.addSubnet('2000::', 3, 'ipv6')

/**
 * Whether an IP address is one of the public internet's: not this machine, its network, a cloud's metadata service, or another network's
 * special address.
 *
 * @example
 * isPublicAddress('169.254.169.254') // => false
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !notPublic.check(address, 'ipv4')
  return isIPv6(address) && globalUnicast.check(address, 'ipv6') && !notPublic.check(address, 'ipv6')
}
