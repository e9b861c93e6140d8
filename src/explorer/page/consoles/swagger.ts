/** Swagger UI on the contract that the REST server itself gives; its calls go to that server. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import './console.css';

const { theme } = document.documentElement.dataset;
const isDark =
  theme === 'dark' || (theme === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.classList.toggle('dark-mode', isDark);

const THROUGH = '/api/through/rest';

const start = async (): Promise<void> => {
  const contract = await (await fetch(`${THROUGH}/api/openapi.json`)).json();
  SwaggerUI({
    domNode: document.getElementById('console'),
    spec: { ...contract, servers: [{ url: `${THROUGH}/api` }] },
    deepLinking: true,
    displayOperationId: true,
    docExpansion: 'list',
    // Else it would ask a service on the internet whether the contract is valid.
    validatorUrl: null,
  });
};

void start();
