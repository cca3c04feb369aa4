// What the administrators' pages are given and keep, for the type checker.
import type {
  GroupOut,
  GroupTodayOut,
  PreferenceOut,
  PrinterSettingsOut,
  PrintJobOut,
  WordOut,
} from "../kit/api-types.d.ts";
import type { Boot, Facts, Language, Names, Translate } from "../kit/kit-types.d.ts";
import type { TemplateValue } from "../kit/vendor/lit.d.ts";
import type { AdminForm } from "./form.js";
import type { Draft } from "./form-rules.js";

/** What every administration page is given to start with. */
export interface AdminBoot extends Boot {
  /** Of the person who looks. */
  role: string;
}

export type { Draft };

/** What is wrong with a field: the key of the words, and their facts. */
export type Fault = [key: string, facts: Facts];

/** A form: what it is made of, and what becomes of it. */
export interface FormSpec {
  id: string;
  /** What is stored. */
  value: Draft;
  fields: (draft: Draft) => (Field | false | null | undefined | "")[];
  /** Saves a draft. */
  send: (draft: Draft) => Promise<unknown>;
  /** What to say then. */
  said?: string;
  /** Asks before. */
  sure?: (draft: Draft) => Promise<boolean>;
  /** Leaves a form that was opened. */
  cancel?: (() => unknown) | null;
  /** Nothing is kept, so nothing is unsaved. */
  once?: boolean;
  /** Hears of each change. */
  edited?: (draft: Draft) => unknown;
  heading?: string;
  /** Of the button. */
  words?: string;
  look?: string;
  /** What stands below the button. */
  after?: TemplateValue;
}

/** A field of a form, or several. Texts are keys of the locale files, or words. */
export interface Field {
  /** Its place in the value, such as `weights.regular`. */
  name?: string;
  /**
   * text if not said. group: fields together; list: entries of fields; many: boxes to tick; names: a text in each
   * language; view: whatever the page draws.
   */
  kind?: string;
  label?: string;
  unit?: string;
  help?: string;
  /** Says how many letters are left, as n. */
  left?: string;
  placeholder?: string;
  /** Who may see it; everybody if not said. */
  roles?: string[];
  optional?: boolean;
  least?: number;
  most?: number;
  step?: number;
  longest?: number;
  pattern?: string;
  inputmode?: string;
  lang?: string;
  rows?: number;
  wide?: boolean;
  look?: string;
  /** An empty text is taken out. */
  drops?: boolean;
  /** names: with lines of their own. */
  area?: boolean;
  /** [value, words, small words], to choose from. */
  options?: [value: string | number, words: string, small?: string][];
  /** many: what cannot be changed. */
  fixed?: (string | number)[];
  /** group: its fields. */
  fields?: (Field | false | null | undefined | "")[];
  /** list: the fields of an entry. */
  entry?: (one: Draft) => Field[];
  entryName?: (place: number) => string;
  /** list: what can be added, and in which words. */
  adds?: [words: string, entry: Draft][];
  /** The text as a value, and back. */
  read?: (text: string) => unknown;
  write?: (value: Draft[string]) => string;
  /** The value in the draft, and the draft with another, where there is more to it than a place. */
  get?: (draft: Draft, name: string) => unknown;
  put?: (draft: Draft, value: Draft[string], name: string) => Draft | null;
  view?: (form: AdminForm) => TemplateValue;
}

/** Something with a code and a name in the languages of the hall. */
export interface Named {
  code: string;
  name: Names;
}

/** Something with a code and one name. */
export interface Coded {
  code: string;
  name: string;
}

export interface ServiceBoot {
  id: number;
  name: Names;
  /** Its agency by its short name. */
  agency: string;
}

/** The least and the most of a number, and its steps. */
export type Limits = [least: number, most: number, step?: number];

/** What came of the last act, in words. */
export interface Note {
  bad?: boolean;
  text: string;
}

/** A page that is one form. */
export interface FieldsBoot extends AdminBoot {
  form: { address: string; title: string; fields: Field[] };
}

export interface CallingBoot extends AdminBoot {
  services: ServiceBoot[];
  limits: Record<string, Limits>;
  most: { weight: number; ratio: number };
}

/** The hall's policy of calling, as far as the page shows it. */
export type Policy = Record<string, number> & { call_any: string; notes: boolean };

/** A service group; kept: the services it had when the page was opened; fresh: not saved yet. */
export type Group = Omit<GroupOut, "today" | "warning"> & {
  today: GroupTodayOut | null;
  fresh?: boolean;
  kept?: number[];
};

/** A time of the day at which nobody sits there, or no numbers are given. */
export type Break = { time: string; days?: string[]; name?: Names };

/** Other hours: on a date, or from one to another. */
export type Exceptional = {
  date?: string;
  from?: string;
  to?: string;
  days?: string[];
  open: string[];
  name?: Names;
};

export type Week = Record<string, string[]>;

export type Hours = {
  weekly?: Week;
  breaks?: Break[];
  exceptions?: Exceptional[];
  holidays?: { national?: boolean; joint_leave?: boolean; bali?: boolean | string[] };
};

export interface HoursBoot extends AdminBoot {
  services: ServiceBoot[];
  /** The Balinese holy days. */
  bali: Named[];
}

/** Service ids by tier. */
export type Tiers = number[][];

export type CounterSettings = PreferenceOut & {
  id: number;
  code: string;
  name: string;
  /** The id of its zone. */
  zone: number;
  agency: string;
  breaks: Break[];
};

export interface CountersBoot extends AdminBoot {
  services: ServiceBoot[];
  zones: { id: number; name: Names }[];
  counters: CounterSettings[];
  most: { tiers: number; help: number };
  /** The counter that is changed; null in the list. */
  chosen: number | null;
}

export interface NoticesBoot extends AdminBoot {
  zones: Named[];
}

export interface NoticeForm {
  text: string;
  zone: string;
  from: string;
  until: string;
}

export interface DisplaysBoot extends AdminBoot {
  /** The code that a screen shows, where it led here. */
  code: string;
  zones: Named[];
  counters: (Coded & { zone: string })[];
  kiosks: Coded[];
}

/** How a display looks and sounds. */
export type ScreenForm = {
  layout: string;
  counter: string;
  distance_m: number;
  inches: number;
  languages: string[];
  theme: string;
  voice: boolean;
  volume: number;
  also?: string[];
};

export interface DisplayForm {
  /** Of one that was paired before. */
  id?: number;
  code?: string;
  kind?: string;
  place?: string;
  name: string;
  zone: string;
  screen: ScreenForm;
}

/** A display in the list; one that was never seen has less to show. */
export interface ShownDisplay {
  key: string;
  zones: string[];
  layout: string;
  last_seen_at: number | null;
  sound?: string;
  alive?: boolean;
  speaker?: boolean;
  legible?: boolean;
  shown?: string | null;
}

export interface VoiceBoot extends AdminBoot {
  counters: string[];
  agencies: string[];
  limits: { times: Limits };
}

/** How words are said, by language. */
export type Pronunciation = Record<string, Record<string, string>>;

export interface PronunciationCard {
  t: Translate;
  table: Pronunciation;
  language: Language;
  words: WordOut[];
  busy: boolean;
  onSet: (word: string, said: string) => void;
  onPlay: (url: string) => void;
}

export interface PrintersBoot extends AdminBoot {
  kiosks: Coded[];
  zones: Named[];
  agencies: { code: string; short: string }[];
}

export type PrinterForm = Omit<PrinterSettingsOut, "place"> & { isNew: boolean; place: Record<string, string> };

/** A paper that was asked for on the page. */
export type Followed = Pick<PrintJobOut, "id" | "state" | "reason">;

/** What is on a ticket. */
export type TicketTemplate = {
  number_scale: number;
  footer: string | Record<string, string> | null;
  logo: object | null;
} & Record<string, unknown>;
