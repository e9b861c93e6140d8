/** Requests of our client, responses and fault details are valid against the schema in the WSDL. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validateXML } from 'xmllint-wasm';
import { PROTOCOLS } from '../../../src/app/servers';
import type { SkillsClient } from '../../../src/contract/protocol';
import { serveForTests } from '../../support/raw/table';
import { type Recorder, startRecorder } from '../../support/recording-proxy';

const WSDL = readFileSync(path.join(__dirname, '../../../wsdl/skills.wsdl'), 'utf8');

/** The namespace declarations of a start tag, to copy to a part that is cut out of a document. */
const declarationsIn = (xml: string): string => (xml.match(/xmlns:[\w-]+="[^"]*"/g) ?? []).join(' ');

const schemaOf = (wsdl: string): string => {
  const declarations = declarationsIn(/<wsdl:definitions[^>]*>/.exec(wsdl)![0]);
  const [schema] = /<xs:schema[\s\S]*<\/xs:schema>/.exec(wsdl)!;
  return schema.replace('<xs:schema', `<xs:schema ${declarations}`);
};

/** The header block, if any, and the child of the Body; of a fault the SkillsFault. */
const messagesIn = (envelope: string): string[] => {
  const [, inherited] = /<soap:Envelope([^>]*)>/.exec(envelope)!;
  const [, body] = /<soap:Body>([\s\S]*)<\/soap:Body>/.exec(envelope)!;
  const [, block] = /<soap:Header>([\s\S]*)<\/soap:Header>/.exec(envelope) ?? [];
  const [message] = /<SkillsFault[\s\S]*<\/SkillsFault>/.exec(body!) ?? [body!];
  const whole = message.replace(/^<[\w-]+/, (start) => `${start} ${declarationsIn(inherited!)}`);
  return block === undefined ? [whole] : [block, whole];
};

const violationsOf = async (messages: readonly string[]): Promise<string[]> => {
  const { errors, rawOutput } = await validateXML({
    xml: messages.map((contents, index) => ({ fileName: `${index}.xml`, contents })),
    schema: schemaOf(WSDL),
    maxMemoryPages: 2048,
  });
  expect(rawOutput.match(/ validates/g)).not.toBeNull();
  return errors.flatMap(({ message, loc }) =>
    loc ? [`${message} in ${messages[Number.parseInt(loc.fileName, 10)]}`] : [],
  );
};

export const describeXsd = (): void => {
  const served = serveForTests(['soap']);
  let recorder: Recorder;
  let client: SkillsClient;

  beforeAll(async () => {
    recorder = await startRecorder(served().address.soap);
    client = PROTOCOLS.soap.connect(recorder.address, { token: served().token });
  });
  afterAll(async () => {
    await client.close();
    await recorder.stop();
  });

  test('requests, responses and faults of every operation are valid', async () => {
    const skill = {
      id: 'xsd',
      name: ' <X> & ]]>\n',
      summary: '',
      categoryIds: ['tools'],
      tags: [],
      level: 'BEGINNER',
    } as const;
    await client.listCategories({});
    await client.listCategories({ fields: ['id', 'parentId'] });
    await client.getCategory({ id: 'api-styles' });
    await client.getSkill({ id: 'rest' });
    await client.getSkill({ id: 'rest', fields: ['etag', 'demonstrations'] });
    await client.listSkills({});
    await client.listSkills({
      category: 'apis',
      tag: 'http',
      text: 'a',
      orderBy: 'UPDATE_TIME_DESC',
      pageSize: 1,
      fields: ['id'],
    });
    await client.listSkills({ text: 'nothing at all' });
    await client.batchGetSkills({ ids: ['git', 'nothing'] });
    await client.getLearningPath({ id: 'microservices' });
    await client.createSkill({ skill });
    await client.updateSkill({
      id: 'xsd',
      etag: '*',
      patch: { level: null, summary: 'x', demonstrations: [{ path: 'a', note: '' }] },
    });
    await client.setProgress(
      { skillId: 'xsd', status: 'LEARNED' },
      { idempotencyKey: `<a>&'![]^~#Z${'b'.repeat(100)}` },
    );
    expect((await client.getLearningPath({ id: 'xsd' })).learnedIds).toStrictEqual(['xsd']);
    await client.deleteSkill({ id: 'xsd', etag: '*' });
    await client.setProgress({ skillId: 'git', status: 'PLANNED' });
    await client.listProgress({});
    const faults = [
      client.getSkill({ id: 'nothing' }),
      client.createSkill({ skill: { id: 'xsd', name: '', categoryIds: [] } }),
      client.deleteSkill({ id: 'git' }),
      client.updateSkill({ id: 'json', etag: '*', patch: { requires: ['rest'] } }),
      client.listSkills({}, { timeoutMs: 0.0001 }),
      client.createSkill(
        { skill },
        { token: await served().service.identity.issue({ subject: 'eve', scopes: [], learner: true }) },
      ),
    ];
    const errors = await Promise.allSettled(faults);
    expect(errors.map(({ status }) => status)).toStrictEqual(faults.map(() => 'rejected'));
    expect(errors.at(-1)).toMatchObject({ reason: { details: { scope: 'skills:write' } } });

    const { exchanges } = recorder;
    expect(exchanges.map(({ status }) => status)).toStrictEqual([
      ...Array(17).fill(200),
      ...Array(exchanges.length - 17).fill(500),
    ]);
    const messages = exchanges.flatMap(({ request, response }) => [
      ...messagesIn(request),
      ...messagesIn(response),
    ]);
    expect(messages.filter((message) => /<scope>|<IdempotencyKey/.test(message))).toHaveLength(2);
    expect(await violationsOf(messages)).toStrictEqual([]);
  });

  test('the schema rejects an unknown element', async () => {
    const wrong = '<GetSkill xmlns="urn:api-rosetta:skills:v1"><colour/></GetSkill>';
    const right = '<ListCategories xmlns="urn:api-rosetta:skills:v1"/>';
    expect(await violationsOf([wrong, right])).toStrictEqual([expect.stringContaining('colour')]);
  });
};
