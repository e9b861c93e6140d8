/** Sliders for the quantities of a race; each can also be swept over its range. */
import { useId } from 'preact/hooks';
import type { OperationInfo, SweptQuantity } from '../../api';
import {
  BANDWIDTHS,
  fieldCount,
  fieldNames,
  hasPages,
  PAGE_SIZES,
  pageSizeOf,
  RTTS,
  type Setting,
  withBandwidth,
  withFields,
} from './setting';

interface SlidersProps {
  readonly setting: Setting;
  readonly operation: OperationInfo;
  readonly change: (setting: Setting) => void;
  readonly sweep: (over: SweptQuantity) => void;
}

export const Sliders = ({ setting, operation, change, sweep }: SlidersProps) => {
  const names = fieldNames(operation);
  const counts = names.map((_, index) => index + 1);
  const count = fieldCount(setting, names);
  return (
    <div class="sliders">
      <Slider
        label="Round-trip time"
        stops={RTTS}
        value={setting.rttMs}
        text={(ms) => `${ms} ms`}
        change={(rttMs) => change({ ...setting, rttMs })}
        sweep={() => sweep('rtt')}
      />
      <Slider
        label="Bandwidth"
        stops={BANDWIDTHS}
        value={setting.bandwidthMbit ?? Number.POSITIVE_INFINITY}
        text={(mbit) => (Number.isFinite(mbit) ? `${mbit} Mbit/s` : 'unlimited')}
        change={(mbit) => change(withBandwidth(setting, mbit))}
        sweep={() => sweep('bandwidth')}
      />
      {hasPages(operation) && (
        <Slider
          label="Page size"
          stops={PAGE_SIZES}
          value={pageSizeOf(setting)}
          text={(size) => `${size} ${size === 1 ? 'skill' : 'skills'}`}
          change={(pageSize) => change({ ...setting, input: { ...setting.input, pageSize } })}
          sweep={() => sweep('pageSize')}
        />
      )}
      {names.length > 0 && (
        <Slider
          label="Number of fields"
          stops={counts}
          value={count}
          text={(number) => (number < names.length ? `${number} of ${names.length}` : `all ${number}`)}
          change={(number) => change(withFields(setting, names, number))}
          sweep={() => sweep('fields')}
        />
      )}
    </div>
  );
};

interface SliderProps {
  readonly label: string;
  /** Ascending values; equal steps of the slider are unequal steps of the value. */
  readonly stops: readonly number[];
  readonly value: number;
  readonly text: (value: number) => string;
  readonly change: (value: number) => void;
  readonly sweep: () => void;
}

const Slider = ({ label, stops, value, text, change, sweep }: SliderProps) => {
  const id = useId();
  const index = stops.findIndex((stop) => stop >= value);
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output for={id}>{text(value)}</output>
      <input
        id={id}
        type="range"
        min={0}
        max={stops.length - 1}
        step={1}
        value={index === -1 ? stops.length - 1 : index}
        aria-valuetext={text(value)}
        onInput={({ currentTarget }) => change(stops[Number(currentTarget.value)] ?? value)}
      />
      <button type="button" onClick={sweep}>
        Sweep<span class="hidden"> {label.toLowerCase()}</span>
      </button>
    </div>
  );
};
