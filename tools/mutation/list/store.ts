/** The store: rows, the change log, transactions, idempotency keys, and the catalogue that follows it. */
import { type Mutant, mutant } from '../mutant';
import { at } from '../place';
import { callers, domain, store, storeChanges, transport } from '../tests';

const tables = at('src/store');
const live = at('src/app/live-catalogue.ts');

export const STORE: readonly Mutant[] = [
  mutant('a level is not stored', store('seed'), tables.in('encodeSkill').member('level').setValue('null')),
  mutant(
    'a write is not in the change log',
    store('commit'),
    tables.in('commit').statement('logChange').remove(),
  ),
  mutant(
    'the change log begins one too early',
    storeChanges(''),
    tables.in('readMissed').text('>').replace('>='),
  ),
  mutant(
    'a failed write is committed',
    store('reference'),
    tables.in('beginTransaction').text('BEGIN IMMEDIATE').replace('SELECT 1'),
  ),
  mutant(
    'an aborted write is stored',
    storeChanges('aborted'),
    tables.in('commit').statement('throwIfAborted').last().remove(),
  ),
  mutant(
    'a learner sees the progress of all',
    callers('learner', 'another'),
    tables.in('progressOf').call('where').toReceiver(),
  ),
  mutant(
    'a key is kept for less than a day',
    callers('24 hours'),
    tables.in('findAnswer').text('>=').replace('>'),
  ),
  mutant(
    'a key is accepted with another input',
    callers('another input'),
    tables.guard('IDEMPOTENCY_KEY_REUSED').never(),
  ),
  mutant(
    'the answer to a key is not stored',
    callers('createSkill', 'one skill'),
    tables.in('commit').guard('storeAnswer').never(),
  ),
  mutant(
    'the order of members matters to a key',
    callers('member order'),
    at('src/domain').in('sortMembers').call('sort').toReceiver(),
  ),
  mutant(
    'the writes of other processes are not read',
    transport(''),
    live.statement('missed').with('catchUp').remove(),
  ),
  mutant(
    'a closed store is written to',
    domain('closed'),
    live.in('openLiveCatalogue', 'transact').guard('storeClosedError').never(),
  ),
];
