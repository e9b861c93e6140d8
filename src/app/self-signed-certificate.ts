/** A self-signed certificate for trying TLS: no authority signs it, so clients trust it through TLS_CA. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { ensureDataFolder } from '../store/data-folder';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const DAYS = 365;

/** For localhost and its addresses. It stays in the data folder and is replaced after it has expired. */
export const ensureSelfSignedCertificate = async (dataFolder: string): Promise<CertificateFiles> => {
  const files = { cert: join(dataFolder, 'tls-cert.pem'), key: join(dataFolder, 'tls-key.pem') };
  if (!(await isUsable(files))) await generateCertificate(dataFolder, files);
  return files;
};

const isUsable = async ({ cert, key }: CertificateFiles): Promise<boolean> => {
  try {
    const certificate = new X509Certificate(await readFile(cert));
    const inTime = Date.parse(certificate.validTo) > Date.now();
    return inTime && certificate.checkPrivateKey(createPrivateKey(await readFile(key)));
  } catch {
    return false;
  }
};

const generateCertificate = async (dataFolder: string, files: CertificateFiles): Promise<void> => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + DAYS * 24 * 60 * 60 * 1000),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  ensureDataFolder(dataFolder);
  await writeAtomically(files.key, made.private);
  await writeAtomically(files.cert, made.cert);
};

/** If two processes write at once, the later file stays. Only its owner can read it. */
const writeAtomically = async (file: string, text: string): Promise<void> => {
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await rename(unfinished, file);
};
