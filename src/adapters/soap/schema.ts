/** The WSDL with its XSD: the soap library reads requests by it, and callers get it at /soap?wsdl. */
import type { Operation } from '../../contract/skills-api';
import { readContract } from '../common/contract-file';

export const PATH = '/soap';
export const NAMESPACE = 'urn:api-rosetta:skills:v1';
export const ENVELOPE_NAMESPACE = 'http://schemas.xmlsoap.org/soap/envelope/';

export const WSDL: string = readContract('wsdl', 'skills.wsdl');

/** The WSDL with the address that its reader used, as far as a Host header can be trusted to be one. */
export const wsdlFor = (host = '', scheme: 'http' | 'https' = 'http'): string =>
  /^[\w.:[\]-]+$/.test(host)
    ? WSDL.replace(/(?<=<soap:address location=")[^"]*/, `${scheme}://${host}${PATH}`)
    : WSDL;

/** `getSkill` is the element `GetSkill`. */
export const elementName = (operation: Operation): string =>
  operation.charAt(0).toUpperCase() + operation.slice(1);
