/** The list of mutants fits the tree: a rename that breaks it is noticed here, not in the long run of `npm run mutants`. */
import path from 'node:path';
import { misfitsOf } from '../../tools/mutation/check';
import { sdl, wsdl } from '../../tools/mutation/documents';
import { MUTANTS } from '../../tools/mutation/list';
import { applyMutant, type Edit, mutant } from '../../tools/mutation/mutant';
import { at } from '../../tools/mutation/place';
import { drift } from '../../tools/mutation/tests';
import { Tree } from '../../tools/mutation/tree';

const TREE = new Tree(path.join(__dirname, '../..'));

test('every mutant fits the tree, and its result can still be parsed', () => {
  expect(misfitsOf(TREE, MUTANTS)).toEqual([]);
});

describe('a mutant that does not fit is reported with its name:', () => {
  const limits = at('src/contract').in('LIMITS');
  test.each<[string, Edit, string]>([
    ['an unknown folder', at('src/nowhere').in('x').remove(), 'there is no src/nowhere'],
    ['an unknown declaration', at('src/contract/limits.ts').in('BOUNDS').remove(), 'it has LIMITS'],
    ['an unknown member', limits.member('nothing').remove(), 'has no member nothing'],
    ['several places', at('src/contract').word('LIMITS').remove(), 'places: src/contract/'],
    ['no change', limits.member('pageSizeMax').setValue('200'), 'changes nothing'],
    ['broken syntax', limits.member('pageSizeMax').setValue('{'), 'cannot be parsed'],
    ['an unknown SDL field', sdl('Skill.colour').remove(), '0 times Skill.colour'],
    ['several elements', wsdl('id').set('name', 'key'), 'elements id'],
  ])('%s', (_kind, edit, message) => {
    const [misfit] = misfitsOf(TREE, [mutant('the name', drift(), edit)]);
    expect(misfit).toMatch(/^the name: /);
    expect(misfit).toContain(message);
  });

  test('a name that is taken', () => {
    const twins = [1, 2].map(() => mutant('the name', drift(), limits.member('pageSizeMax').remove()));
    expect(misfitsOf(TREE, twins)).toEqual(['the name: another mutant has this name']);
  });

  test('test files that do not exist', () => {
    const lost = mutant(
      'the name',
      { path: 'tests/nowhere', words: [] },
      limits.member('pageSizeMax').remove(),
    );
    expect(misfitsOf(TREE, [lost])).toEqual(['the name: there are no tests/nowhere']);
  });
});

test('several edits of one file are made at their own places', () => {
  const limits = at('src/contract/limits.ts').in('LIMITS');
  const both = mutant(
    'the name',
    drift(),
    limits.member('pageSizeMax').setValue('201'),
    limits.member('pageSizeDefault').setValue('21'),
  );
  const [{ before, after }] = applyMutant(TREE, both) as unknown as [{ before: string; after: string }];
  expect(after).toBe(
    before.replace('pageSizeMax: 200', 'pageSizeMax: 201').replace('Default: 20,', 'Default: 21,'),
  );
});
