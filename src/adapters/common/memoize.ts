/**
 * Domain objects never change, so what a codec made of one can be kept beside it: a changed skill is a new object, and
 * there is nothing to invalidate. The memory goes when the object goes.
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
