/**
 * Caches the encoding of an object for as long as the object exists. Domain objects never change: a changed skill is a new
 * object, so no entry of the cache needs to be invalidated.
 */
export const memoizeByIdentity = <Value extends object, Wire>(encode: (value: Value) => Wire) => {
  const remembered = new WeakMap<Value, Wire>();
  return (value: Value): Wire => {
    let wire = remembered.get(value);
    if (wire === undefined) {
      wire = encode(value);
      remembered.set(value, wire);
    }
    return wire;
  };
};
