import { ConfigError, readConfig } from '../src/config';

test('an empty environment gives the defaults', () => {
  const defaults = {
    host: '127.0.0.1',
    ports: { rest: 4001, graphql: 4002, grpc: 4003, soap: 4004 },
    dataFolder: './.rosetta',
  };
  expect(readConfig({})).toEqual(defaults);
  expect(readConfig({ HOST: '', REST_PORT: '', ROSETTA_DATA: '' })).toEqual(defaults);
});

test('each variable is read', () => {
  const environment = {
    ...{ HOST: '::1', ROSETTA_DATA: '/data', OTHER: 'x' },
    ...{ REST_PORT: '0', GRAPHQL_PORT: '1', GRPC_PORT: '65535', SOAP_PORT: '8080' },
  };
  expect(readConfig(environment)).toEqual({
    host: '::1',
    ports: { rest: 0, graphql: 1, grpc: 65_535, soap: 8080 },
    dataFolder: '/data',
  });
});

test.each([
  ['REST_PORT', 'http'],
  ['GRAPHQL_PORT', '-1'],
  ['GRPC_PORT', '65536'],
  ['SOAP_PORT', '80.5'],
  ['SOAP_PORT', '1e3'],
  ['SOAP_PORT', '0x50'],
  ['REST_PORT', ' 80'],
  ['REST_PORT', '80\n81'],
  ['HOST', ' localhost'],
  ['ROSETTA_DATA', 'folder '],
])('%s=%j is refused in one line that names the variable', (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(ConfigError);
  expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} .+$`));
});
