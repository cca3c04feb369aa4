// What the officers' pages are given and keep, for the type checker.
import type {
  AgencyOut,
  CounterChoiceOut,
  CurrentTicketOut,
  HeldOut,
  MissedOut,
  ServiceOut,
  StaffIssueIn,
  WaitingOut,
} from "../kit/api-types.d.ts";
import type { Boot, CounterState, Facts, Translate, Words } from "../kit/kit-types.d.ts";
import type { TemplateValue } from "../kit/vendor/lit.d.ts";
import type { OfficerCounter } from "./counter.js";

export type Role = "officer" | "supervisor" | "admin";

/** Who is signed in. */
export interface Me {
  name: string;
  role: Role;
  agency_id: number | null;
}

export interface OfficerBoot extends Boot {
  officer: Me;
}

type State = CurrentTicketOut["state"];

/** What the server's table of moves allows officers. */
export interface Life {
  /** The states from which each verb is possible. */
  moves: Partial<Record<string, State[]>>;
  /** The states of a ticket at a counter. */
  in_hand: State[];
}

export interface CounterBoot extends OfficerBoot {
  life: Life;
  /** The sign-in that this page belongs to. */
  session_id: number;
  counter_id: number;
  /** The number in the log that the state stands for. */
  seq: number;
  state: CounterState;
}

export interface ChooseBoot extends OfficerBoot {
  counters: CounterChoiceOut[];
}

export interface ReceptionBoot extends OfficerBoot {
  hall: string;
}

export type CounterAction =
  | "next"
  | "recall"
  | "start"
  | "complete"
  | "no_show"
  | "hold"
  | "transfer"
  | "change"
  | "cancel"
  | "call"
  | "serve_direct"
  | "issue"
  | "reprint"
  | "stops"
  | "held"
  | "missed"
  | "undo"
  | "note"
  | "pause"
  | "hand_over"
  | "close"
  | "help"
  | "back"
  | "resume"
  | "return";

/** What a dialog is about: an act, or why one was called before another. */
export type Asked = CounterAction | "why";

/** An act as the keyboard and the buttons know it. */
export interface ActSpec {
  key?: string;
  icon: string;
  /** Its address, where that is not its name. */
  path?: string;
  /** Whether a dialog comes first. */
  asks?: boolean;
}

/** Why an act is not possible now: the key of a sentence, and its facts. */
export type Why = [key: string, facts: Facts];

export type Objections = Record<CounterAction, Why | null>;

/** A counter's state with its number in the log. */
export interface Known {
  seq: number;
  state: CounterState;
}

/** An act that nobody answered; sent again at its moment it is the same request. */
export interface Unsent {
  act: CounterAction;
  body: Body;
  moment: string;
}

/** Why a page has lost its counter. */
export interface Loss {
  kind: "taken" | "elsewhere" | "closed" | "session";
  name: string | null;
}

/** What an act sends; its dialog knows what belongs to it. */
export type Body = Record<string, unknown>;

/** An open dialog. */
export interface Form<Values = object, Data = unknown> {
  act: Asked;
  /** What it is about, where that is not the ticket in hand. */
  about: WaitingOut | null;
  /** The ticket that was in hand when it was opened. */
  ticket: number | null;
  /** What was filled in. */
  values: Values;
  /** What it chooses from; null until that has come. */
  data: Data | null;
  problem: Words | null;
  /** Which of its buttons was pressed. */
  way?: string;
  /** What was done, where the dialog stays open. */
  said?: string | null;
}

/** A page that shows dialogs, as far as their frame needs it. */
export interface DialogPage {
  readonly t: Translate;
  readonly boot: OfficerBoot;
  readonly form: Form | null;
  readonly pending: unknown;
  readonly unsent: { act: CounterAction } | null;
  load(): void;
  answer(way?: string): void;
  dismiss(): void;
}

/** What a dialog asks. */
export interface Dialog<Values = object, Data = unknown, Page = OfficerCounter> {
  title: (page: Page, form: Form<Values, Data>) => string;
  body: (page: Page, form: Form<Values, Data>) => TemplateValue;
  icon?: string;
  /** Classes of the dialog. */
  kind?: string;
  /** Its first values. */
  start?: (page: Page) => Values;
  /** Fetches what it chooses from. */
  load?: (page: Page, form: Form<Values, Data>) => Promise<Data>;
  /** The words of its button, or their key. */
  submit?: string | ((page: Page, form: Form<Values, Data>) => string);
  ready?: (page: Page, form: Form<Values, Data>) => boolean;
  danger?: boolean;
  hint?: string;
  /** More buttons. */
  more?: (page: Page, form: Form<Values, Data>) => TemplateValue;
  /** The button has the focus where there is nothing to choose. */
  focus?: boolean;
  /** What to send. */
  requests?: (page: Page, form: Form<Values, Data>, way: string) => [CounterAction, Body][];
  /** What to say when it is done, where the dialog does not tell by itself. */
  done?: (page: Page, form: Form<Values, Data>) => string;
}

export interface ReprintValues {
  text: string;
  reason: string | null;
  /** "": where it was printed. */
  printer: string;
}

/** A page that prints a ticket again, as its dialog needs it. */
export interface ReprintPage {
  readonly t: Translate;
  readonly language: string;
  readonly state: Pick<CounterState, "ticket" | "waiting" | "held" | "missed">;
  fill(values: Partial<ReprintValues>): void;
}

/** A dialog where it does not matter what it asks. */
// biome-ignore lint/suspicious/noExplicitAny: only the dialog itself knows what it asks
export type AnyDialog = Dialog<any, any, any>;

/** A ticket that is in no line. */
export type AsideRow = HeldOut | MissedOut;

/** Any ticket that the counter's page knows of. */
export type KnownTicket = CurrentTicketOut | WaitingOut | AsideRow;

/** One of those to choose from. */
export interface Option<Value = unknown> {
  value: Value;
  main: TemplateValue;
  beside?: TemplateValue;
  disabled?: boolean;
}

/** A service with its agency. */
export type AgencyService = ServiceOut & { agency: AgencyOut };

/** The classes that staff may give. */
export type AssignableClass = StaffIssueIn["class"] & string;

/** What a paper's state means to whoever waits for it. */
export type Paper = "waiting" | "ready" | "trouble" | "none";
