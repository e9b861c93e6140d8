/** An immutable map that is cheap to update: only the shards that a change touches are copied. */
export class ShardedMap<V> {
  private constructor(private readonly shards: readonly ReadonlyMap<string, V>[]) {}

  static empty<V>(): ShardedMap<V> {
    return new ShardedMap<V>(Array.from({ length: SHARDS }, () => new Map()));
  }

  get(key: string): V | undefined {
    return this.shards[shardOf(key)]!.get(key);
  }

  /** Returns a new map. A value of undefined removes the key. */
  with(changes: ReadonlyMap<string, V | undefined>): ShardedMap<V> {
    const shards = [...this.shards];
    const copies = new Map<number, Map<string, V>>();
    for (const [key, value] of changes) {
      const at = shardOf(key);
      const copy = copies.get(at) ?? new Map(shards[at]);
      copies.set(at, copy);
      shards[at] = copy;
      if (value === undefined) copy.delete(key);
      else copy.set(key, value);
    }
    return new ShardedMap(shards);
  }
}

const SHARDS = 256;

/** Hashes the end of an id, which differs most between similar ids; an uneven spread costs only time. */
const shardOf = (key: string): number => {
  let hash = key.length;
  for (let at = Math.max(0, key.length - 8); at < key.length; at++)
    hash = (hash * 31 + key.charCodeAt(at)) | 0;
  return hash & (SHARDS - 1);
};
