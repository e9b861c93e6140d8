/** Damages a row of a database that a server has open, as another program or a failing disk would. */
import path from 'node:path';
import Database from 'libsql';
import { FILE_NAME } from '../../src/store/sqlite';

/** Makes the tags of the skill unreadable in a new revision, which each process reads. Returns a function that repairs them. */
export const damageSkill = (dataFolder: string, id: string): (() => void) => {
  const execute = (text: string) => {
    const file = new Database(path.join(dataFolder, FILE_NAME));
    file.exec(text);
    file.close();
  };
  const setTags = (tags: string) => execute(`UPDATE skill SET tags = '${tags}' WHERE id = '${id}'`);
  setTags('[');
  execute(`BEGIN; UPDATE state SET revision = revision + 1;
    REPLACE INTO change SELECT '${id}', revision, '2026-01-01T00:00:00.000Z' FROM state; COMMIT`);
  return () => setTags('[]');
};
