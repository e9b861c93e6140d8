/** The optional parts of a scenario: load, distance, and the explanation of where the time goes. */
import type { Explanation, LoadResult, Sweep } from '../run/result';
import { type Figure, renderFigure } from './figure';
import { buildExplanationGrids, buildLoadGrids, buildSweepGrid } from './grids';
import { html, type Markup } from './markup';
import { ladderFigure } from './plots-cost';
import { capacityFigure, openLoopFigure, sweepFigure } from './plots-load';
import { renderGrid } from './tables';

const renderFigures = (all: readonly (Figure | undefined)[]): Markup =>
  html`<div class="figures">${all.map((figure) => figure && renderFigure(figure, 4))}</div>`;

export const renderLoad = (load: LoadResult): Markup => html`
<h3>Under load</h3>
${renderFigures([capacityFigure(load), openLoopFigure(load)])}
<details><summary>All numbers under load</summary>
${buildLoadGrids(load).map(renderGrid)}
</details>`;

export const renderSweeps = (sweeps: readonly Sweep[]): Markup => html`
<h3>Over distance</h3>
${renderFigures(sweeps.map(sweepFigure))}
<details><summary>All numbers over distance</summary>
${sweeps.map(buildSweepGrid).map(renderGrid)}
</details>`;

export const renderExplanation = (explanation: Explanation): Markup => html`
<h3>Where the time goes</h3>
${renderFigures([ladderFigure(explanation.ladders)])}
${buildExplanationGrids(explanation).map(renderGrid)}`;
