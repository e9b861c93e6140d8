/** A process that logs to standard error and sends spans to a collector. Jest does not load the exporter's modules. */
const { openTelemetry } = require('../../dist/telemetry');

const [otlpUrl, traceparent, count] = process.argv.slice(2);

const main = async () => {
  const { telemetry, close } = await openTelemetry({ host: '127.0.0.1', logCalls: true, otlpUrl });
  for (let index = 0; index < Number(count); index++) {
    const call = telemetry.begin({ protocol: 'rest', traceparent });
    call.phase('decode', () => undefined);
    call.end({ request: 1, response: 1 });
    // Gives the reader of the log time, if there is one.
    if (index % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const startedMs = performance.now();
  await close();
  process.stdout.write(String(performance.now() - startedMs));
};

void main();
