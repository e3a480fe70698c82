import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type PipelineSubscription, pipelineSubscription } from '../generated/operations.ts';
import { type Live, useLive } from '../state/use-live.ts';

export type Pipeline = PipelineSubscription['pipeline'];

/** How events get through, read once for whoever shows a part of it. */
export const PipelineContext = createContext<Live<Pipeline>>({ state: null, error: null });

export function usePipeline(): Live<Pipeline> {
  return useContext(PipelineContext);
}

/** For the page, which hands it to the panels. */
export function useReadPipeline(): Live<Pipeline> {
  return useLive<PipelineSubscription, Pipeline>({
    operation: pipelineSubscription,
    variables: {},
    reduce: (_before, { pipeline }) => pipeline,
    // Every message is everything there is to say.
    cursorOf: () => undefined,
  });
}

/** Nothing ever came in. */
export function isEmpty({ intake, eventsPerSecond }: Pipeline): boolean {
  return intake.received === 0 && eventsPerSecond === 0;
}
