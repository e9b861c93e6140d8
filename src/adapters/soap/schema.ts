/** The WSDL with its XSD: the soap library finds operations by it. Enum values have the domain's names. */
import type { Operation } from '../../contract/skills-api';
import type { PublicAddress } from '../../runtime/public-address';
import { readContract } from '../common/contract-file';
import { contractNames } from '../common/contract-names';

export const PATH = '/soap';
export const NAMESPACE = 'urn:api-rosetta:skills:v1';
export const ENVELOPE_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Clients get it at /soap?wsdl. */
export const WSDL: string = readContract('wsdl', 'skills.wsdl');

/** The WSDL with the address at which its reader finds the service. */
export const wsdlFor = ({ origin, prefix }: PublicAddress): string =>
  WSDL.replace(/(?<=<soap:address location=")[^"]*/, `${origin}${prefix}${PATH}`);

/** The element of each operation in the Body. */
export const ROUTES = {
  listCategories: 'ListCategories',
  getCategory: 'GetCategory',
  getSkill: 'GetSkill',
  listSkills: 'ListSkills',
  batchGetSkills: 'BatchGetSkills',
  getLearningPath: 'GetLearningPath',
  createSkill: 'CreateSkill',
  updateSkill: 'UpdateSkill',
  deleteSkill: 'DeleteSkill',
  setProgress: 'SetProgress',
  listProgress: 'ListProgress',
} as const satisfies Record<Operation, string>;

/** The header block that has another name than the input; the elements of the Body have the names of the model. */
export const NAMES = contractNames({ idempotencyKey: 'IdempotencyKey' });
