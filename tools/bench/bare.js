/**
 * The yardstick: each library as its own first page shows it, with its defaults, answering a constant object. No rules,
 * no store, no errors. `node bare.js <protocol> <port>`; the answers come as a JSON file named in BENCH_ANSWERS.
 */
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const path = require('node:path');

const ROOT = path.join(__dirname, '../..');
const answers = JSON.parse(readFileSync(process.env.BENCH_ANSWERS, 'utf8'));
const [protocol, port] = process.argv.slice(2);

const servers = {
  rest() {
    const express = require('express');
    const app = express();
    app.get('/api/skills/:id', (_request, response) => response.json(answers.skill));
    app.get('/api/skills', (request, response) =>
      response.json(request.query.pageSize === '200' ? answers.page200 : answers.page20),
    );
    app.listen(port, '127.0.0.1');
  },

  async graphql() {
    const { ApolloServer } = require('@apollo/server');
    const { expressMiddleware } = require('@as-integrations/express5');
    const express = require('express');
    const typeDefs = readFileSync(path.join(ROOT, 'graphql/skills.graphql'), 'utf8');
    const resolvers = {
      Node: { __resolveType: () => 'Skill' },
      Query: {
        skill: () => answers.graphqlSkill,
        skills: (_parent, { first }) => (first === 200 ? answers.graphqlPage200 : answers.graphqlPage20),
      },
    };
    const apollo = new ApolloServer({ typeDefs, resolvers });
    await apollo.start();
    const app = express();
    app.use('/graphql', express.json(), expressMiddleware(apollo));
    app.listen(port, '127.0.0.1');
  },

  grpc() {
    const { loadPackageDefinition, Server, ServerCredentials } = require('@grpc/grpc-js');
    const { loadSync } = require('@grpc/proto-loader');
    const definition = loadSync('skills/v1/skills.proto', { includeDirs: [path.join(ROOT, 'protos')] });
    const server = new Server();
    server.addService(loadPackageDefinition(definition).skills.v1.SkillsService.service, {
      getSkill: (_call, answer) => answer(null, { skill: answers.grpcSkill }),
      listSkills: (call, answer) =>
        answer(null, call.request.pageSize === 200 ? answers.grpcPage200 : answers.grpcPage20),
    });
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), () => {});
  },

  soap() {
    const soap = require('soap');
    const wsdl = readFileSync(path.join(ROOT, 'wsdl/skills.wsdl'), 'utf8');
    const server = createServer().listen(port, '127.0.0.1');
    const methods = {
      GetSkill: () => ({ skill: answers.soapSkill }),
      ListSkills: ({ pageSize }) => (pageSize === 200 ? answers.soapPage200 : answers.soapPage20),
    };
    soap.listen(server, '/soap', { SkillsService: { SkillsPort: methods } }, wsdl);
  },
};

servers[protocol]();
