/** The WSDL with its XSD: the soap library finds operations by it. Enum values have the domain's names. */
import type { Operation } from '../../contract/skills-api';
import { readContract } from '../common/contract-file';

export const PATH = '/soap';
export const NAMESPACE = 'urn:api-rosetta:skills:v1';
export const ENVELOPE_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** Clients get it at /soap?wsdl. */
export const WSDL: string = readContract('wsdl', 'skills.wsdl');

/** The WSDL with the address that its reader used, where the Host header is a host and port. */
export const wsdlFor = (host = '', scheme: 'http' | 'https' = 'http'): string =>
  /^[\w.:[\]-]+$/.test(host)
    ? WSDL.replace(/(?<=<soap:address location=")[^"]*/, `${scheme}://${host}${PATH}`)
    : WSDL;

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
