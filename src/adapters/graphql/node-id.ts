/** Node ids, which are unique in the whole schema (Relay, Global Object Identification). docs/decisions/0005-node-id.md */

export const encodeNodeId = (type: string, id: string): string =>
  Buffer.from(`${type}:${id}`).toString('base64url');

/** Node decodes base64url leniently, so only the exact text that encodeNodeId writes is a node id (RFC 7515, section 2). */
export const decodeNodeId = (nodeId: string): { type: string; id: string } | undefined => {
  const [type = '', id = ''] = Buffer.from(nodeId, 'base64url').toString().split(':');
  return encodeNodeId(type, id) === nodeId ? { type, id } : undefined;
};
