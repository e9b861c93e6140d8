import fc from 'fast-check';
import { addressBlock } from '../../src/runtime/address-block';
import { holds } from '../support/property';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:0db8:0000:0000::0001', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['not an address', 'not an address'],
  ['1:2:3', '1:2:3'],
])('the block of %s is %s', (address, expected) => {
  expect(addressBlock(address)).toBe(expected);
});

test('the block of any IPv6 address depends on its first 64 bits only', () =>
  holds(
    fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
      const first = (address: string) => new URL(`http://[${address}]`).hostname;
      if (first(one) === first(other)) expect(addressBlock(one)).toBe(addressBlock(other));
      expect(addressBlock(one)).toMatch(/^([\da-f]{1,4}:){4}:\/64$|^\d+(\.\d+){3}$/);
      expect(addressBlock(addressBlock(one).replace('/64', ''))).toBe(addressBlock(one));
    }),
  ));
