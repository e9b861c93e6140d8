/** A process that logs to standard error and sends to a collector: the exporter imports as only plain Node does. */
const { openTelemetry } = require('../../dist/telemetry');

const [otlpUrl, traceparent, count] = process.argv.slice(2);

const main = async () => {
  const { telemetry, close } = await openTelemetry({ host: '127.0.0.1', logCalls: true, otlpUrl });
  for (let index = 0; index < Number(count); index++) {
    const call = telemetry.begin({ protocol: 'rest', traceparent });
    call.phase('decode', () => undefined);
    call.end({ request: 1, response: 1 });
    // The log is read meanwhile, or is not.
    if (index % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const startedMs = performance.now();
  await close();
  process.stdout.write(String(performance.now() - startedMs));
};

void main();
