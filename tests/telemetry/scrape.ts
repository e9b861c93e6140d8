/** A scrape of the metrics in the Prometheus text format, version 0.0.4. */
type Labels = Readonly<Record<string, string>>;

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

const key = (name: string, labels: Labels): string =>
  `${name} ${JSON.stringify(Object.entries(labels).sort())}`;

const labelsOf = (text = ''): Labels =>
  Object.fromEntries(
    Array.from(text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, name, value]) => [name, value]),
  );

/** The value of one series, or undefined if it does not exist. Throws at a line that is not in the format. */
export const scrape = async (
  address: string,
): Promise<(name: string, labels?: Labels) => number | undefined> => {
  const response = await fetch(`${address}/metrics`);
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  const series = new Map<string, number>();
  for (const line of (await response.text()).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels, value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a sample: ${line}`);
    series.set(key(name, labelsOf(labels)), Number(value));
  }
  return (name, labels = {}) => series.get(key(name, labels));
};
