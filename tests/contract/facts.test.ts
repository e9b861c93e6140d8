/** The operations of SkillsApi on all five implementations. */

import { describeAnswerSize } from './answer-size';
import { describeLists } from './lists';
import { describeReads } from './reads';
import { describeRejections } from './rejections';
import { describeWrites } from './writes';

// One file runs all of these suites, because starting the servers costs more than each suite.
describe('reads', describeReads);
describe('lists', describeLists);
describe('writes', describeWrites);
describe('rejections', describeRejections);
// The last suite, because the other suites count all skills.
describe('answer size', describeAnswerSize);
