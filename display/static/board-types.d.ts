// What a display is given and keeps, for the type checker.
import type { BoardStateOut, CallOut, CounterOut, OpeningOut, StopOut } from "../kit/api-types.d.ts";
import type { Boot, Language, Names } from "../kit/kit-types.d.ts";
import type { Announcer } from "./announcer.js";
import type { Speaker } from "./speaker.js";

/** How a display looks and sounds. */
export interface ScreenSettings {
  layout: "board" | "split" | "totem" | "sign";
  /** The counter of a sign. */
  counter: string;
  distance_m: number;
  inches: number;
  theme: string;
}

/** How the displays of the hall speak. */
export interface Voice {
  on: boolean;
  /** Percent. */
  volume: number;
  /** How often a call is spoken. */
  times: number;
  /** Whether in the hall's language as well as in the ticket's. */
  both: boolean;
  gong: boolean;
  /** Whether the agency is named. */
  agency: boolean;
  /** The hall's. */
  language: Language;
  /** The address of the list of clips. */
  bank: string;
}

/** A zone as the page is given it. */
export interface ZoneBoot {
  zone: { code: string; name: Names };
  seq: number;
  state: BoardStateOut;
}

export interface BoardBoot extends Boot, ZoneBoot {
  /** The static files that this page was made with. */
  build: string;
  hall: { name: string };
  /** The second language, null for the usual one. */
  second: Language | null;
  /** Further zones that the display shows. */
  others: ZoneBoot[];
  /** How long a room may be silent, how long a call keeps the large field, how old it may get unspoken; ms. */
  silence: number;
  turn: number;
  late: number;
  voice: Voice;
  screen: ScreenSettings;
  /** Of a paired display: its name towards the server. */
  key: string | null;
  /** Of a paired display: which of its settings these are. */
  setup: string | null;
  /** The address of the list of pictures and videos. */
  media: string;
  test: boolean;
  auth?: object | null;
}

/** A call; on a display of several zones it says in which. */
export type Call = CallOut & { zone?: Names };

/** What a display shows: the state of its zones as one. */
export type Board = Omit<BoardStateOut, "calls"> & { calls: Call[]; zones: BoardStateOut["zone"][] };

/** A row that is still highlighted. */
export interface Lit {
  label: string;
  until: number;
}

/** What is announced, and what waits to be. */
export interface AnnouncerState {
  queue: Call[];
  current: Call | null;
  since: number;
  sounding: boolean;
  lit: Lit[];
}

/** A zone as the page follows it. */
export interface Zone {
  code: string;
  name: Names;
  seq: number;
  state: BoardStateOut;
  announcing: AnnouncerState;
  announcer?: Announcer;
  speaker?: Speaker;
}

export interface Hero {
  call: Call;
  calling: boolean;
}

export interface Row {
  label: string;
  mark: string;
  agency: string;
  zone?: Names;
  active: boolean;
  lit: boolean;
}

/** What runs along the foot: a notice, or an agency without more numbers. */
export type Running = StopOut | { text: string };

/** How the list is drawn. */
export interface Plan {
  rows: number;
  /** Of the numbers, in pixels; null before it was worked out. */
  size: number | null;
  /** Whether the agency's name fits beside them. */
  agency: boolean;
  /** Whether they can be read from where people sit. */
  legible: boolean;
}

export interface Size {
  width: number;
  height: number;
}

/** A screen of so many inches, that is read from so many metres. */
export interface ScreenSize extends Size {
  inches: number;
  distance: number;
}

/** How an announcement ended. */
export type How = "spoken" | "elsewhere" | "late" | "silent" | "unheard";

export interface Played {
  seq: number;
  label: string;
  started: number;
  ended: number;
  heard: boolean;
  how: How;
}

export interface Sounded {
  what: string;
  seq: number;
  label: string;
  from: number;
  to: number;
  heard: boolean;
}

/** The words of a language by key. */
export type Book = Record<string, string>;

/** What of a call is said. */
export interface Said {
  label: string;
  counter?: string;
  agency?: string;
}

export interface Clip {
  text: string;
  bytes: ArrayBuffer;
}

/** The server's answer to who asks for the zone's voice. */
export interface Lease {
  ok: boolean;
  granted: boolean;
  /** For how long, ms. */
  ms: number;
  /** The calls that were spoken, by their numbers. */
  spoken: number[];
  /** The server's time, ms. */
  at: number;
}

export type Counter = Partial<CounterOut>;
export type Opening = OpeningOut;

declare global {
  interface Window {
    /** For tests: what was announced, and what was heard. */
    __played?: Played[];
    __sounds?: Sounded[];
  }
}
