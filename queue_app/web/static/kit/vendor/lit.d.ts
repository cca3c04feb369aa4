// What the product uses of Lit, for the type checker.

/**
 * What a template hands to its listeners. Which element that is stands in the template, where no checker looks: the
 * target has what fields, dialogs and details have, and the current target what forms have.
 */
export interface TemplateEvent extends KeyboardEvent {
  readonly target: HTMLInputElement & { readonly open: boolean };
  readonly currentTarget: HTMLFormElement;
}

export interface TemplateResult {
  readonly strings: TemplateStringsArray;
}

export interface DirectiveResult {
  readonly values: readonly unknown[];
}

/** What a template may hold. */
export type TemplateValue =
  | TemplateResult
  | DirectiveResult
  | typeof nothing
  | string
  | number
  | boolean
  | null
  | undefined
  | ((event: TemplateEvent) => unknown)
  | object;

export const nothing: unique symbol;
export function html(strings: TemplateStringsArray, ...values: TemplateValue[]): TemplateResult;
export function svg(strings: TemplateStringsArray, ...values: TemplateValue[]): TemplateResult;
export function render(value: TemplateValue, container: HTMLElement): void;
export function repeat<T>(
  items: Iterable<T>,
  keyOf: (item: T, at: number) => unknown,
  template: (item: T, at: number) => TemplateValue,
): DirectiveResult;

export interface PropertyDeclaration {
  attribute?: boolean | string;
  state?: boolean;
  type?: unknown;
  reflect?: boolean;
}

/** The properties that changed, with the values they had. */
export type Changed = Map<PropertyKey, unknown>;

export class LitElement extends HTMLElement {
  static properties: Record<string, PropertyDeclaration>;
  readonly updateComplete: Promise<boolean>;
  requestUpdate(): void;
  connectedCallback(): void;
  disconnectedCallback(): void;
  protected createRenderRoot(): HTMLElement | DocumentFragment;
  protected render(): unknown;
  protected updated(changed: Changed): void;
  protected willUpdate(changed: Changed): void;
  protected firstUpdated(changed: Changed): void;
}
