/** What only some runs of a scenario have: load, distance, and the explanation of where the time goes. */
import type { Explanation, LoadResult, Sweep } from '../run/result';
import { type Figure, figureHtml } from './figure';
import { explanationGrids, loadGrids, sweepGrid } from './grids';
import { html, type Markup } from './markup';
import { ladderFigure } from './plots-cost';
import { capacityFigure, openLoopFigure, sweepFigure } from './plots-load';
import { gridHtml } from './tables';

const figures = (all: readonly (Figure | undefined)[]): Markup =>
  html`<div class="figures">${all.map((figure) => figure && figureHtml(figure, 4))}</div>`;

export const loadHtml = (load: LoadResult): Markup => html`
<h3>Under load</h3>
${figures([capacityFigure(load), openLoopFigure(load)])}
<details><summary>All numbers under load</summary>
${loadGrids(load).map(gridHtml)}
</details>`;

export const sweepsHtml = (sweeps: readonly Sweep[]): Markup => html`
<h3>Over distance</h3>
${figures(sweeps.map(sweepFigure))}
<details><summary>All numbers over distance</summary>
${sweeps.map(sweepGrid).map(gridHtml)}
</details>`;

export const explanationHtml = (explanation: Explanation): Markup => html`
<h3>Where the time goes</h3>
${figures([ladderFigure(explanation.ladders)])}
${explanationGrids(explanation).map(gridHtml)}`;
