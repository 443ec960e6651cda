import { CORE_SCHEMA, constructFromEvents, EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';

/** The scalar's value by the core schema, which js-yaml makes from a document of this scalar alone, without its tag. */
export function scalarValue(event: ScalarEvent, source: string): string | number | boolean | null {
  const alone: Event[] = [
    { type: EVENT_ID.DOCUMENT, explicitStart: false, explicitEnd: false, directives: [] },
    { ...event, tagStart: -1, tagEnd: -1 },
    { type: EVENT_ID.POP },
  ];
  const [value] = constructFromEvents(alone, { source, schema: CORE_SCHEMA });
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : String(value);
}

/** The offset of a scalar that is not empty: of its opening quote, or of its first character in a block. */
export function scalarStart(event: ScalarEvent, source: string): number {
  switch (event.style) {
    case SCALAR_STYLE.PLAIN:
      return event.valueStart;
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return event.valueStart - 1;
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK:
      return event.valueStart + source.slice(event.valueStart, event.valueEnd).search(/\S|$/);
  }
}
