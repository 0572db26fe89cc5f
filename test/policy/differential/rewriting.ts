/** How known differences rewrite an exchange. What does not concern one is returned as it is. */
import type { Exchange, Spelt, SpeltControl, SpeltDirective, SpeltResponse } from "./exchange.ts";

export const NOTHING = { text: "", meaning: undefined };

export function withArgument(argument: string): (directive: SpeltDirective) => SpeltDirective {
  return (directive) => ({ ...directive, argument });
}

export function has(text: string | undefined, part: string): boolean {
  return text?.includes(part) === true;
}

export function directive(name: string, argument?: string): SpeltDirective {
  return { name, spelling: name, ...(argument !== undefined && { argument }) };
}

export function named(wanted: string): (directive: SpeltDirective) => boolean {
  return ({ name }) => name === wanted;
}

export function says(control: SpeltControl, name: string): boolean {
  return control?.some(named(name)) === true;
}

export function argumentOf(control: SpeltControl, name: string): number | undefined {
  const found = control?.find(named(name));
  return found && Number(found.argument);
}

/** The control without what `isUnwanted` finds; the same when there is nothing of it. */
export function without(control: SpeltControl, isUnwanted: (directive: SpeltDirective) => boolean): SpeltControl {
  return control?.some(isUnwanted) ? control.filter((directive) => !isUnwanted(directive)) : control;
}

export function changed(
  control: SpeltControl,
  isConcerned: (directive: SpeltDirective) => boolean,
  change: (directive: SpeltDirective) => SpeltDirective,
): SpeltControl {
  if (!control?.some(isConcerned)) return control;
  return control.map((directive) => isConcerned(directive) ? change(directive) : directive);
}

export function number(value: number): Spelt<number> {
  return { text: String(value), meaning: value };
}

export function withResponse(exchange: Exchange, changes: Partial<SpeltResponse>): Exchange {
  return { ...exchange, response: { ...exchange.response, ...changes } };
}

export function withControl(exchange: Exchange, control: SpeltControl): Exchange {
  return control === exchange.response.control ? exchange : withResponse(exchange, { control });
}

export function withAgain(exchange: Exchange, control: SpeltControl): Exchange {
  return control === exchange.again.control ? exchange : { ...exchange, again: { ...exchange.again, control } };
}
