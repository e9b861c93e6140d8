/** Field paths of the domain (`skill.requires[0]`) as JSON pointers (RFC 6901: `/skill/requires/0`), both ways. */
import { fieldPath } from '../../contract/inputs';

export const encodePointer = (field: string): string =>
  stepsOf(field)
    .map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

export const decodePointer = (pointer: string): string =>
  fieldPath(pointer.split('/').slice(1).map(decodeStep));

const stepsOf = (field: string): string[] =>
  field === '' ? [] : field.replace(/\[(\d+)\]/g, '.$1').split('.');

const decodeStep = (step: string): string | number =>
  /^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~');
