// What the kiosk's page is given and keeps, for the type checker.
import type { AgencyOut, CatalogueOut, KioskStateOut, OpeningOut, ServiceOut, TicketOut } from "../kit/api-types.d.ts";
import type { Boot, Language, Names, ProblemFields, Translate } from "../kit/kit-types.d.ts";

/** How long the page waits, ms. */
export interface Timings {
  idle: number;
  warning: number;
  number: number;
  paper: number;
  answer: number;
  settle: number;
  retry: number;
  grace: number;
}

export interface KioskBoot extends Boot {
  /** The static files that this page was made with. */
  build: string;
  code: string;
  name: string;
  hall_name: string;
  catalogue: CatalogueOut;
  /** The number in the log that the state stands for. */
  seq: number;
  state: KioskStateOut;
  /** The address that says where this kiosk must go, if not here; "": it may stay. */
  place: string;
  timings: Timings;
}

/** What the kiosk hears about itself; null before that. */
export type LiveState = Partial<KioskStateOut> | null;

export type Screen = "start" | "services" | "documents" | "missing" | "class" | "issuing" | "refused" | "number";

export type Kind = "regular" | "priority";

/** A print job, as far as the kiosk asks about it. */
export interface Job {
  state: string;
  detail?: string;
  copy?: number;
  place?: Names | null;
  taken?: boolean | null;
}

export type Say = "none" | "waiting" | "ready" | "presenter" | "taken" | "elsewhere" | "unsure" | "trouble";

/** What is known of a paper. */
export interface Paper {
  say: Say;
  /** When it was asked for. */
  at: number | null;
  place: Names | null;
  /** Whether nothing more is to be learnt. */
  proved: boolean;
  /** How long the question stands. */
  askUntil: number | null;
  /** What the visitor said to it. */
  answer: "yes" | "again" | null;
}

/** The visitor's journey. */
export interface Journey {
  screen: Screen;
  /** The hall's own language. */
  home: Language;
  language: Language;
  timings: Timings;
  /** The page of each screen's list. */
  pages: Partial<Record<Screen, number>>;
  agency: AgencyOut | null;
  service: ServiceOut | null;
  /** The documents that were marked, by their places. */
  brought: number[];
  kind: Kind | null;
  /** Idempotency key of the request for a number. */
  key: string | null;
  attempt: "first" | "again" | null;
  refusal: ProblemFields | null;
  ticket: TicketOut | null;
  paper: Paper;
  /** The printed list of documents. */
  list: Paper | null;
  /** When the number goes from the screen. */
  until: number;
  touchedAt: number;
  enteredAt: number;
}

/** What may happen, with what it brings. */
export interface Events {
  agency: { agency: AgencyOut };
  service: { service: ServiceOut };
  brought: { index: number };
  complete: object;
  incomplete: object;
  kind: { kind: Kind; key?: string };
  again: object;
  back: object;
  home: object;
  page: { page: number };
  language: { language: Language };
  issued: { key: string | null; ticket: TicketOut; job: Job | null; known?: string };
  refused: { key: string | null; problem: ProblemFields };
  unreachable: { key: string | null };
  paper: { job: Job };
  answer: { came: boolean };
  list: object;
  listed: { job: Job };
  more: object;
  touch: object;
  extend: object;
  tick: object;
}

export type EventOf<Type extends keyof Events> = { type: Type } & Events[Type];

export type JourneyEvent = { [Type in keyof Events]: EventOf<Type> }[keyof Events];

export type Timed<Event> = Event & { now: number };

/** What a touch may do on a screen. */
export type Choices = {
  [Type in keyof Events]?: (state: Journey, event: Timed<EventOf<Type>>) => Journey;
};

/** What every screen is drawn from. */
export interface View {
  language: Language;
  languages: Language[];
  t: Translate;
  assets: string;
  hall: string;
  timeZone: string;
  /** The server's time, ms. */
  time: number;
  /** The journey's time, ms. */
  now: number;
  state: Journey;
  live: LiveState;
  catalogue: CatalogueOut;
  send: (event: JourneyEvent) => void;
}

/** A service now: who will be called first, how long that takes, whether it gives numbers and why not. */
export interface ServiceNow extends Pick<OpeningOut, "open" | "why" | "until" | "occasion"> {
  waiting: number | null;
  range: [number, number] | null;
  left: number | null;
}

/** One page of a list. */
export interface Part<Item> {
  items: Item[];
  page: number;
  pages: number;
}

export interface BigButton {
  label: string;
  sign?: string;
  kind?: string;
  /** Whether the sign stands behind the words. */
  after?: boolean;
  event: JourneyEvent;
  disabled?: boolean;
}
