// What all pages share, for the type checker.
import type {
  AlarmsStateOut,
  BoardStateOut,
  CallOut,
  CounterWithRangeOut,
  KioskStateOut,
  LineStateOut,
  OpeningOut,
  Routes,
} from "./api-types.d.ts";

export type Language = "id" | "en" | "ban";

/** A text in the languages of the hall; none has to be there but Indonesian. */
export type Names = Readonly<Record<string, string>>;

/** Words by key, in each language. */
export type Catalogue = Readonly<Record<string, Readonly<Record<string, string>>>>;

export type Facts = Readonly<Record<string, unknown>>;

/** The text of a key, with facts put in. */
export type Translate = (key: string, facts?: Facts) => string;

/** What every page is given to start with. */
export interface Boot {
  language: Language;
  languages: Language[];
  /** The folder of the static files' addresses. */
  assets: string;
  time_zone: string;
  text: Catalogue;
  /** The server's time, ms. */
  now: number;
}

/** What a page tells a person after something failed: in words, and the code of it. */
export interface Words {
  code?: string;
  title: string;
  detail?: string;
}

/** A refused or failed request, as the server or the browser tells of it. */
export interface ProblemFields {
  code?: string;
  title?: string;
  detail?: string;
  status?: number;
  opening?: OpeningOut | null;
  field?: string | null;
}

export type Method = keyof Routes;

type Found<Known, Path> = Known extends [infer One extends [string, unknown, unknown], ...infer Rest]
  ? Path extends One[0] | `${One[0]}?${string}`
    ? One
    : Found<Rest, Path>
  : [string, unknown, unknown];

/** What a request is answered with; unknown where the address is put together elsewhere. */
export type AnswerOf<M extends Method, Path> = Found<Routes[M], Path>[1];

/** What a request sends. */
export type BodyOf<M extends Method, Path> = Found<Routes[M], Path>[2];

export interface RequestOptions {
  /** Idempotency key, so that a repeat gets the first answer. */
  key?: string;
  /** Token against forged requests, else the page's. */
  csrf?: string;
  /** Milliseconds. */
  timeout?: number;
  /** Of the problem's title, else the page's. */
  language?: string;
}

/** How well a page is informed. */
export type Health = "connecting" | "live" | "stale" | "offline";

export interface LiveStatus {
  status: Health;
  /** When the worst informed room last spoke, in the server's ms. */
  lastGood: number | null;
  build: string | null;
  /** The server's clock minus the page's, ms. */
  offset: number;
}

/** A counter as its officer follows it: the number in the log comes beside the state. */
export type CounterState = Omit<CounterWithRangeOut, "seq" | "mine">;

/** The state of a room by its name. */
export type StateOf<Room> = Room extends `alarms:${string}`
  ? AlarmsStateOut
  : Room extends `board:${string}`
    ? BoardStateOut
    : Room extends `counter:${string}`
      ? CounterState
      : Room extends `kiosk:${string}`
        ? KioskStateOut
        : Room extends `line:${string}`
          ? LineStateOut
          : unknown;

/** Something that happened once, numbered. Only the displays hear any: the calls. */
export type News = CallOut;

/** The state of a room, as a page receives it. */
export interface RoomUpdate<State> {
  seq: number;
  state: State;
  news: News[];
  /** Whether it is the answer to a join. */
  fresh: boolean;
}

export interface RoomListener {
  onState: (update: RoomUpdate<unknown>) => void;
  onProblem: (problem: ProblemFields) => void;
}

/** What a page knows of a room. */
export interface RoomState {
  seq: number | null;
  /** When the state was made, in the server's ms. */
  at: number | null;
  state: unknown;
  /** News up to this number are known, also those that are not among the seen. */
  floor: number | null;
  seen: number[];
}

/** A word from the server about a room. */
export interface RoomMessage {
  type: "snapshot" | "state" | "beat";
  room?: string;
  seq: number;
  at?: number | null;
  build?: string | null;
  state?: unknown;
  news?: News[];
  /** The number of the state before. */
  prev?: number | null;
  /** Of a snapshot: the number the page had when it asked. */
  asked?: number | null;
}
