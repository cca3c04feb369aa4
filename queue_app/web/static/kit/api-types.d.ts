// What the API sends and takes, made from its OpenAPI document by tests/repository/test_api_types.py.
// For the type checker; no page loads it.

/** The ticket the action is meant for: if it is not the current ticket any more, nothing happens. */
export interface ActionIn {
  ticket: number;
}

/** Advice about a printer: a code with its facts, and the same as a sentence in the caller's language. */
export interface AdviceOut {
  code: string;
  facts: Record<string, string>;
  sentence: string;
}

/** The agency of a ticket. */
export interface AgencyNameOut {
  short: string;
  name: Record<string, string>;
}

/** An agency of the catalogue. */
export interface AgencyOut {
  id: number;
  code: string;
  name: Record<string, string>;
  short: string;
  kind: string;
  icon: string;
  services: ServiceOut[];
}

/** An agency by its short name. */
export interface AgencyShortOut {
  short: string;
}

/** A job; `slip` and `options` are the printer's own data, described in docs/printing.md. */
export interface AgentJobOut {
  id: number;
  copy_no: number;
  printer: number;
  clean_first: boolean;
  expires_in: number;
  options: Record<string, unknown>;
  slip: Record<string, unknown>;
}

/** A print agent; `trouble` is what its PC lacks: `text_shaping`, or a sentence. */
export interface AgentOut {
  code: string;
  name: string;
  /** milliseconds since the Unix epoch, UTC */
  created_at: number;
  last_seen_at: number | null;
  revoked_at: number | null;
  trouble: string | null;
}

/** A printer of the agent; `url` is what follows the agent's code in its address. */
export interface AgentPrinterOut {
  id: number;
  code: string;
  url: string;
  paper_mm: number;
  capabilities: Record<string, unknown> | null;
}

/** The agent's token, shown once. */
export interface AgentTokenOut {
  code: string;
  token: string;
}

/** All print agents, the revoked ones too. */
export interface AgentsOut {
  agents: AgentOut[];
}

/**
 * A machine that needs somebody: what, where, since when. `detail` of server and agents is what they lack; a voice that
 * is `blocked` is a zone's, whose displays wait for a touch.
 */
export interface AlarmOut {
  kind: "printer" | "voice" | "agent" | "server";
  code: string;
  place: Record<string, string> | null;
  state: "ok" | "near_end" | "paper_out" | "cover_open" | "offline" | "error" | "unknown" | "blocked";
  detail: string;
  reason: AlarmReasonOut | null;
  ending: "cancelled" | "mended" | "not_taken" | null;
  since: number | null;
  tickets_left: number | null;
}

/** Reason of an alarm: a code with its facts, in no language. */
export interface AlarmReasonOut {
  code: string;
  facts: Record<string, string>;
}

/** The alarms and the log position (`seq`) they reflect. */
export interface AlarmsOut {
  seq: number;
  state: AlarmsStateOut;
}

/** All alarms, oldest first. */
export interface AlarmsStateOut {
  alarms: AlarmOut[];
}

/** State of the current ticket's newest call; `in_s` only while it is queued, null if unknown. */
export interface AnnouncementOut {
  label: string | null;
  state: AnnouncementState;
  in_s: number | null;
}

/** The state of a call's announcement. */
export type AnnouncementState = "none" | "queued" | "speaking" | "spoken" | "shown";

/** The name and configuration, and the code that the screen shows. */
export interface ApprovalIn {
  name: string;
  zone: string;
  screen?: Record<string, unknown>;
  code: string;
}

/** A sentence that a board shows from one instant to another. */
export interface BoardNoticeOut {
  id: number;
  text: string;
  /** milliseconds since the Unix epoch, UTC */
  from_at: number;
  /** milliseconds since the Unix epoch, UTC */
  until_at: number;
}

/** A board and the log position (`seq`) it reflects. */
export interface BoardOut {
  seq: number;
  state: BoardStateOut;
}

/** State of the displays of a zone. */
export interface BoardStateOut {
  zone: ZoneOut;
  hall: HallNameOut;
  day: string;
  waiting: number;
  calls: CallOut[];
  missed: string[];
  opening: OpeningOut;
  stops: StopOut[];
  notices: BoardNoticeOut[];
}

/** Breaks of a counter. */
export interface BreaksIn {
  breaks: Record<string, unknown>[];
}

/** Breaks of a counter. */
export interface BreaksOut {
  breaks: Record<string, unknown>[];
}

/** Number of clips made, and the faults of those that could not be. */
export interface BuiltOut {
  made: number;
  faults: VoiceFaultOut[];
}

/** The waiting ticket to call: by id, or by its label (`A-012`, `a12`). */
export interface CallIn {
  ticket?: number | null;
  label?: string | null;
}

/** A call as the displays show it. */
export interface CallOut {
  seq: number;
  label: string;
  language: "id" | "en" | "ban";
  priority: boolean;
  /** milliseconds since the Unix epoch, UTC */
  at: number;
  state: "waiting" | "called" | "serving" | "held" | "served" | "no_show" | "cancelled" | "expired";
  times: number;
  counter: CounterOut;
  agency: string;
  service: Record<string, string>;
}

/** The counter that called a number. */
export interface CalledOut {
  counter: CounterOut;
  /** milliseconds since the Unix epoch, UTC */
  at: number;
  times: number;
  state: "waiting" | "called" | "serving" | "held" | "served" | "no_show" | "cancelled" | "expired";
}

/** Policy and service groups of calling. */
export interface CallingOut {
  groups: GroupOut[];
  policy: Record<string, unknown>;
}

/** The reason of a cancellation. */
export interface CancelIn {
  ticket: number;
  reason: "left" | "duplicate" | "wrong_service" | "incomplete" | "other";
}

/** Result of probing a printer. */
export interface CapabilitiesIn {
  proof: "ack" | "fence" | "status" | "none";
  counts_cuts: boolean | null;
}

/** Everything the hall offers. */
export interface CatalogueOut {
  hall: HallOut;
  agencies: AgencyOut[];
  zones: ZoneOut[];
}

/** Corrections of a ticket; at least one. */
export interface ChangeIn {
  ticket: number;
  service?: number | null;
  class?: "regular" | "priority" | "appointment" | null;
  files?: number | null;
}

/** The service whose documents to print. */
export interface ChecklistIn {
  service: number;
  language?: "id" | "en" | "ban";
}

/** The seconds that the agent would wait, and the jobs that it has. */
export interface ClaimIn {
  wait?: number;
  have?: number[];
}

/** The agent's printers, and a job for one of them or null. */
export interface ClaimOut {
  printers: AgentPrinterOut[];
  job: AgentJobOut | null;
}

/** `leave_waiting`: although no other counter serves the waiting tickets; `hand_over`: leave the current ticket. */
export interface CloseCounterIn {
  leave_waiting?: boolean;
  hand_over?: boolean;
}

/** The reason why no number is issued. */
export type ClosedReason =
  | "before_hours"
  | "after_hours"
  | "break"
  | "day_off"
  | "holiday"
  | "weekday"
  | "stopped"
  | "quota"
  | "predicted_stop"
  | "no_counter";

/** A counter that this officer may open. */
export interface CounterChoiceOut {
  id: number;
  code: string;
  name: string;
  zone: ZoneOut;
  agency: AgencyShortOut | null;
  status: "open" | "closed";
  officer: string | null;
  mine: boolean;
}

/** A counter as visitors know it. */
export interface CounterOut {
  code: string;
  name: string;
}

/** The hall's policy, as far as the officer's page needs it. */
export interface CounterPolicyOut {
  recall_interval_s: number;
  calls_before_no_show: number;
  auto_start_s: number;
  undo_s: number;
  call_any: "officer" | "supervisor" | "admin";
  notes: boolean;
  return_minutes: number;
}

/** A service of the counter; `minutes` is its standard, `issuing` is false while staff give no numbers for it. */
export interface CounterServiceOut {
  id: number;
  name: Record<string, string>;
  minutes: number;
  issuing: boolean;
}

/** The officer's view of a counter as of log position `seq`; `session_id` is the session that holds it. */
export interface CounterStateOut {
  seq: number;
  counter: CounterSummaryOut;
  status: "open" | "closed";
  officer: OfficerNameOut | null;
  session_id: number | null;
  mine: boolean;
  pause: PauseOut | null;
  ticket: CurrentTicketOut | null;
  waiting_count: number;
  longest_since: number | null;
  waiting: WaitingOut[];
  held: HeldOut[];
  missed: MissedOut[];
  undo: UndoOut | null;
  others: OtherCounterOut[];
  my_day: MyDayOut;
  services: CounterServiceOut[];
  policy: CounterPolicyOut;
}

/** A counter with its place. */
export interface CounterSummaryOut {
  id: number;
  code: string;
  name: string;
  zone: ZoneOut;
  agency: AgencyShortOut | null;
}

/** The officer's view of a counter, with the wait of the last in line. */
export interface CounterWithRangeOut {
  seq: number;
  counter: CounterSummaryOut;
  status: "open" | "closed";
  officer: OfficerNameOut | null;
  session_id: number | null;
  mine: boolean;
  pause: PauseOut | null;
  ticket: CurrentTicketOut | null;
  waiting_count: number;
  longest_since: number | null;
  waiting: WaitingOut[];
  held: HeldOut[];
  missed: MissedOut[];
  undo: UndoOut | null;
  others: OtherCounterOut[];
  my_day: MyDayOut;
  services: CounterServiceOut[];
  policy: CounterPolicyOut;
  range: [number, number] | null;
}

/** The counters that this officer may open. */
export interface CountersOut {
  counters: CounterChoiceOut[];
}

/** The current ticket of a counter; `notes` is null where the hall keeps none. */
export interface CurrentTicketOut {
  id: number;
  label: string;
  service: Record<string, string>;
  service_id: number;
  minutes: number | null;
  class: string;
  language: "id" | "en" | "ban";
  state: "waiting" | "called" | "serving" | "held" | "served" | "no_show" | "cancelled" | "expired";
  /** milliseconds since the Unix epoch, UTC */
  issued_at: number;
  /** milliseconds since the Unix epoch, UTC */
  start_at: number;
  called_at: number | null;
  last_called_at: number | null;
  serving_at: number | null;
  auto_start_at: number | null;
  times: number;
  files: number;
  was_held: boolean;
  documents: DocumentOut[];
  notes: NoteOut[] | null;
}

/** The code that a screen or an agent shows, and what it is to be paired as. */
export interface DeviceIn {
  code: string;
  kind: "kiosk" | "agent";
  name: string;
  place: string;
}

/** A paired kiosk or print agent; `place` is the kiosk's code, or the agent's own. */
export interface DeviceOut {
  id: number;
  kind: "kiosk" | "agent";
  name: string;
  place: string;
  alive: boolean;
  last_seen_at: number | null;
}

/** The hosts to try, HOST or HOST:PORT; no others are tried. */
export interface DiscoverIn {
  hosts?: string[];
}

/** Printers that were discovered. */
export interface DiscoverOut {
  printers: DiscoveredPrinterOut[];
}

/** A printer that could be added; `advice` says what must be done before it can be used. */
export interface DiscoveredPrinterOut {
  address: string;
  description: string;
  advice: AdviceOut | null;
}

/** A display's last report; `sound` is blocked where the browser waits for a touch. */
export interface DisplayOut {
  key: string;
  zone: string;
  /** zones whose calls the display shows and speaks; its own first */
  zones: string[];
  layout: string;
  sound: SoundState;
  shown: string | null;
  width: number;
  height: number;
  /** capitals are at least 1/200 of the viewing distance */
  legible: boolean;
  alive: boolean;
  speaker: boolean;
  /** milliseconds since the Unix epoch, UTC */
  last_seen_at: number;
}

/** Settings of all displays; missing fields get their defaults. */
export interface DisplaySettingsBody {
  times?: number;
  both?: boolean;
  gong?: boolean;
  agency?: boolean;
  pairing?: boolean;
}

/** All displays of the last week, the paired kiosks and print agents, and the voice of each zone. */
export interface DisplaysOut {
  displays: DisplayOut[];
  paired: PairedOut[];
  devices: DeviceOut[];
  zones: ZoneVoiceOut[];
}

/** A document the visitor has to bring. */
export interface DocumentOut {
  name: Record<string, string>;
}

/** An empty body. */
export type EmptyIn = Record<string, never>;

/** A service group: its rule, and the services to move into it. */
export interface GroupIn {
  name: GroupNames;
  discipline: "accumulating" | "fifo" | "strict" | "ratio";
  weights: Weights;
  ratio: number;
  services?: number[];
}

/** A group's name. */
export interface GroupNames {
  id: string;
  en?: string | null;
  ban?: string | null;
}

/** A service group with its rule and today's share of priority. */
export interface GroupOut {
  code: string;
  name: Record<string, string>;
  discipline: "accumulating" | "fifo" | "strict" | "ratio";
  weights: Weights;
  ratio: number;
  services: number[];
  today: GroupTodayOut;
  warning: WarningOut | null;
}

/** Today's numbers of a group; `share` of those with a heavier class, null before the first. */
export interface GroupTodayOut {
  issued: number;
  preferred: number;
  share: number | null;
}

/** All service groups. */
export interface GroupsOut {
  groups: GroupOut[];
}

/** The hall's names, address, IANA time zone, main language, and the last line of its tickets. */
export interface HallBody {
  name: string;
  full_name: Record<string, string>;
  address: string;
  time_zone: string;
  language: string;
  footer: Record<string, string>;
}

/** The hall's hours; null opens it at any hour. */
export interface HallHoursIn {
  hours: Record<string, unknown> | null;
}

/** The hall's hours, and the Balinese days that `holidays.bali` may name. */
export interface HallHoursOut {
  hours: Record<string, unknown> | null;
  bali_days: string[];
}

/** The hall's name. */
export interface HallNameOut {
  name: string;
}

/** The hall. */
export interface HallOut {
  name: string;
  full_name: Record<string, string>;
  address: string;
  time_zone: string;
  languages: ("id" | "en" | "ban")[];
}

/** Health of the agent's printers; `trouble` is what the PC itself lacks. */
export interface HealthIn {
  printers: PrinterHealthIn[];
  trouble?: string | null;
}

/** Whether the server and its database answer. */
export interface HealthOut {
  status: "ok";
  version: string;
  build: string;
  seq: number;
  day: string;
}

/** A ticket on hold; `mine`: it was put on hold at this counter. */
export interface HeldOut {
  id: number;
  label: string;
  service: Record<string, string>;
  class: string;
  /** milliseconds since the Unix epoch, UTC */
  since: number;
  counter: CounterOut;
  mine: boolean;
  files: number;
}

/** A request for a ticket. */
export interface IssueIn {
  service: number;
  class?: "regular" | "priority";
  language?: "id" | "en" | "ban";
  kiosk?: string | null;
}

/** A fresh ticket and its print job (null where the kiosk has no printer). */
export interface IssuedOut {
  ticket: TicketOut;
  print_job: PrintJobRefOut | null;
}

/** A kiosk's state and the log position (`seq`) it reflects. */
export interface KioskOut {
  seq: number;
  state: KioskStateOut;
}

/** A service as a kiosk shows it now; `ahead` and `range` are those of a regular visitor who takes a number. */
export interface KioskServiceOut {
  open: boolean;
  why: ClosedReason | null;
  until: number | null;
  occasion: Record<string, string> | null;
  numbers_left: number | null;
  waiting: number;
  ahead: number;
  range: [number, number] | null;
}

/** State of a kiosk, beside its menu; `services` by service id, `printer_place` if slips come out elsewhere. */
export interface KioskStateOut {
  services: Record<string, KioskServiceOut>;
  printer: "ready" | "elsewhere" | "trouble" | "none";
  printer_place: Record<string, string> | null;
  opening: OpeningOut;
}

/** Whether the service of a line is at work, and when that ends today. */
export interface LineOpeningOut {
  open: boolean;
  why: ClosedReason | null;
  until: number | null;
  occasion: Record<string, string> | null;
  closes_at: number | null;
}

/** A line and the log position (`seq`) it reflects. */
export interface LineOut {
  seq: number;
  state: LineStateOut;
}

/** One line: waiting numbers in the order of calling, each with its expected wait, and those called or served. */
export interface LineStateOut {
  order: string[];
  ranges: ([number, number] | null)[];
  called: Record<string, CalledOut>;
  opening: LineOpeningOut;
}

/** A PNG file (base64) and how it becomes a logo: `width` in dots; black below `threshold`, or `dither`. */
export interface LogoIn {
  picture: string;
  width?: number;
  dither?: boolean;
  threshold?: number;
}

/** A logo for a template; `bits` are base64. */
export interface LogoOut {
  width: number;
  height: number;
  bits: string;
}

/** A no-show; the visitor may come back until `until`, or while `calls_left` is not 0. */
export interface MissedOut {
  id: number;
  label: string;
  service: Record<string, string>;
  class: string;
  /** milliseconds since the Unix epoch, UTC */
  since: number;
  /** milliseconds since the Unix epoch, UTC */
  until: number;
  calls_left: number;
}

/** The officer's figures of today at this counter. */
export interface MyDayOut {
  served: number;
  mean_minutes: number | null;
  no_shows: number;
}

/** A new print agent. */
export interface NewAgentIn {
  code: string;
  name: string;
}

/** A new printer. */
export interface NewPrinterIn {
  url: string;
  paper_mm?: 80 | 58;
  kiosks?: string[];
  zone?: string | null;
  fallback?: string | null;
  place?: Record<string, string> | null;
  roll_m?: number | null;
  code: string;
}

/** A note on a visit. */
export interface NoteIn {
  ticket: number;
  text: string;
}

/** A note on a visit, for the agency's own staff. */
export interface NoteOut {
  /** milliseconds since the Unix epoch, UTC */
  at: number;
  by: string;
  text: string;
}

/** A sentence for the boards of a zone (null: of all zones), from one instant to another. */
export interface NoticeIn {
  text: string;
  zone?: string | null;
  from_at: number;
  until_at: number;
}

/** A notice. */
export interface NoticeOut {
  id: number;
  text: string;
  zone: string | null;
  /** milliseconds since the Unix epoch, UTC */
  from_at: number;
  /** milliseconds since the Unix epoch, UTC */
  until_at: number;
}

/** All notices that did not end long ago. */
export interface NoticesOut {
  notices: NoticeOut[];
}

/** An officer's name, for staff only. */
export interface OfficerNameOut {
  name: string;
}

/** The signed-in officer. */
export interface OfficerOut {
  name: string;
  role: "officer" | "supervisor" | "admin";
}

/** `take_over`: open the counter even if another officer has it open. */
export interface OpenCounterIn {
  take_over?: boolean;
}

/** Open or closed, why, and until when (null if unknown); `occasion` names the holiday or the break. */
export interface OpeningOut {
  open: boolean;
  why: ClosedReason | null;
  until: number | null;
  occasion: Record<string, string> | null;
}

/** Another counter of the zone; `officer` only within the same agency. */
export interface OtherCounterOut {
  code: string;
  name: string;
  open: boolean;
  paused: boolean;
  label: string | null;
  state: "waiting" | "called" | "serving" | "held" | "served" | "no_show" | "cancelled" | "expired" | null;
  officer: string | null;
}

/** The reasons; the text of each is in the locale files as `why.<code>`. */
export type OvertakeCode =
  | "given"
  | "resumed"
  | "direct"
  | "other_counter"
  | "elsewhere"
  | "front"
  | "reserved"
  | "preference"
  | "earlier"
  | "class"
  | "turns"
  | "score";

/**
 * Name and configuration of a paired display. `screen`: layout, counter, distance_m, inches, languages, theme, voice,
 * volume, also (further zones); missing fields get their defaults.
 */
export interface PairedIn {
  name: string;
  zone: string;
  screen?: Record<string, unknown>;
}

/** A paired display and its configuration; `key` is its name in `displays`. */
export interface PairedOut {
  id: number;
  key: string;
  name: string;
  zone: string;
  screen: Record<string, unknown>;
}

/** The token of an earlier response; null the first time. */
export interface PairingIn {
  token: string | null;
}

/** Whether the agent was approved; while it waits, the code for staff to enter and the address where they do. */
export interface PairingOut {
  state: "waiting" | "approved";
  code: string | null;
  token: string;
  address: string;
}

/** The reason of a pause; `leave_waiting`: although no other counter serves the waiting tickets. */
export interface PauseIn {
  reason: "break" | "meal" | "prayer" | "meeting" | "technical" | "other";
  leave_waiting?: boolean;
}

/** A break. */
export interface PauseOut {
  /** milliseconds since the Unix epoch, UTC */
  since: number;
  reason: string | null;
}

/** The policy of calling; docs/calling.md lists the field names, and a wrong name is named in the refusal. */
export interface PolicyIn {
  policy: Record<string, unknown>;
}

/** The policy in force. */
export interface PolicyOut {
  policy: Record<string, unknown>;
}

/** Services of a counter: one tier is a pool, more are an order of preference. */
export interface PreferenceIn {
  tiers: number[][];
  help_after_minutes?: number | null;
}

/** Services of a counter, in tiers. */
export interface PreferenceOut {
  tiers: number[][];
  help_after_minutes: number | null;
}

/** A template to be drawn, over that of an `agency` if one is named. */
export interface PreviewIn {
  template?: Record<string, unknown>;
  agency?: string | null;
  paper_mm?: 80 | 58;
  language?: "id" | "en" | "ban";
  priority?: boolean;
  copy?: number;
}

/** The visitor's confirmation of a print job that is `uncertain`. */
export interface PrintConfirmationIn {
  printed: boolean;
}

/** What a job prints; stored with each job. */
export type PrintJobKind = "ticket" | "copy" | "checklist" | "summary" | "test";

/**
 * A print job and its state; `detail` is the text that the printing program reported, `reason` and `ending` say the
 * same.
 */
export interface PrintJobOut {
  id: number;
  kind: PrintJobKind;
  copy: number;
  state: PrintJobState;
  detail: string;
  reason: PrintReasonOut | null;
  ending: "cancelled" | "mended" | "not_taken" | null;
}

/** A queued print job. */
export interface PrintJobRefOut {
  id: number;
  state: PrintJobState;
}

/** The states of a print job; the values are those of the printer package. */
export type PrintJobState =
  | "queued"
  | "sending"
  | "printed"
  | "sent"
  | "held"
  | "uncertain"
  | "failed"
  | "cancelled"
  | "expired";

/** All print jobs of a ticket. */
export interface PrintJobsOut {
  print_jobs: TicketPrintJobOut[];
}

/** Reason of a print job's or printer's state: a code with its facts, and a sentence in the caller's language. */
export interface PrintReasonOut {
  code: string;
  facts: Record<string, string>;
  sentence: string;
}

/** Health of a printer; `used_mm` of paper since the report before. */
export interface PrinterHealthIn {
  id: number;
  state: "ok" | "near_end" | "paper_out" | "cover_open" | "offline" | "error" | "unknown";
  detail?: string;
  used_mm?: number;
  new_roll?: boolean;
  capabilities?: CapabilitiesIn | null;
}

/**
 * A printer that staff may choose; `trouble` is why it cannot print now, `advice` what to do. `reason` says why it is
 * not simply well. A printer that is not `used` prints no tickets, so it raises no alarm.
 */
export interface PrinterOut {
  code: string;
  paper_mm: number;
  place: Record<string, string>;
  state: "ok" | "near_end" | "paper_out" | "cover_open" | "offline" | "error" | "unknown";
  trouble: string | null;
  reason: PrintReasonOut | null;
  advice: AdviceOut | null;
  checked_at: number | null;
  tickets_left: number | null;
  used: boolean;
}

/** Settings of a printer. `roll_m` is the length of a new roll in metres. */
export interface PrinterSettingsIn {
  url: string;
  paper_mm?: 80 | 58;
  kiosks?: string[];
  zone?: string | null;
  fallback?: string | null;
  place?: Record<string, string> | null;
  roll_m?: number | null;
}

/** Settings of a printer. */
export interface PrinterSettingsOut {
  code: string;
  url: string;
  paper_mm: number;
  kiosks: string[];
  zone: string | null;
  fallback: string | null;
  place: Record<string, string> | null;
  roll_m: number | null;
}

/** All printers of the hall. */
export interface PrintersOut {
  printers: PrinterOut[];
}

/** Settings of all printers. */
export interface PrintersSettingsOut {
  printers: PrinterSettingsOut[];
}

/** Whether a printer can be used now; `advice` says what to do if not, or soon. */
export interface ProbeOut {
  usable: boolean;
  advice: AdviceOut | null;
}

/** Every error has this shape (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  request_id: string;
  /** only where a service gives no number */
  opening?: OpeningOut | null;
  /** only where a setting is wrong: which one */
  field?: string | null;
}

/** Numbers called with a promised range, and how many of them came within it; `share` is null without any. */
export interface PromiseOut {
  id: number;
  name: Record<string, string>;
  agency: AgencyShortOut;
  issued: number;
  promised: number;
  kept: number;
  share: number | null;
}

/** The promises of a day. */
export interface PromisesOut {
  day: string;
  services: PromiseOut[];
}

/** The hall's own table: language → word → how to say it. */
export interface PronunciationIn {
  table: Record<string, Record<string, string>>;
}

/** The hall's own table. */
export interface PronunciationOut {
  table: Record<string, Record<string, string>>;
}

/** A service before so many counters: people ahead of a newcomer, the wait, when the last in line is done. */
export interface ProspectOut {
  counters: number;
  ahead: number;
  range: [number, number] | null;
  last_finish: number | null;
}

/** A call that came before another ticket, and why; `text` is the sentence in each language. */
export interface ReasonOut {
  label: string;
  counter: CounterOut;
  /** milliseconds since the Unix epoch, UTC */
  at: number;
  code: OvertakeCode;
  text: Record<string, string>;
}

/** Calls that came before a ticket, newest first. */
export interface ReasonsOut {
  calls: ReasonOut[];
}

/** Outcome of a job; `queued` gives it back. */
export interface ReportIn {
  state: "printed" | "sent" | "held" | "uncertain" | "failed" | "expired" | "queued";
  detail?: string;
}

/** The ticket to reprint, by `ticket` or by `label` (of today), with reason and printer. */
export interface ReprintIn {
  ticket?: number | null;
  label?: string | null;
  reason: "not_out" | "unreadable" | "lost" | "other";
  printer?: string | null;
}

/** The words of a call, in order. */
export interface SentenceOut {
  words: WordOut[];
}

/** A service's own hours (null: the hall's) and daily quota (null: no limit). */
export interface ServiceHoursIn {
  hours: Record<string, unknown> | null;
  quota: number | null;
}

/** A service's own hours and daily quota. */
export interface ServiceHoursOut {
  hours: Record<string, unknown> | null;
  quota: number | null;
}

/** Opening of a service; `numbers_left` is about how many more today, where they are few. */
export interface ServiceOpeningOut {
  open: boolean;
  why: ClosedReason | null;
  until: number | null;
  occasion: Record<string, string> | null;
  numbers_left: number | null;
}

/** A service of the catalogue. */
export interface ServiceOut {
  open: boolean;
  why: ClosedReason | null;
  until: number | null;
  occasion: Record<string, string> | null;
  numbers_left: number | null;
  id: number;
  code: string;
  name: Record<string, string>;
  minutes: number;
  series: string;
  zone: ZoneOut | null;
  documents: DocumentOut[];
}

/** A session; send the token as `Authorization: Bearer …`. */
export interface SessionOut {
  token: string;
  officer: OfficerOut;
}

/** A sign-in by an API client. */
export interface SignInIn {
  username: string;
  password: string;
}

/** Whether a display speaks, as it reports it. */
export type SoundState = "on" | "blocked" | "off" | "none";

/** A ticket that staff issue for a visitor; `printer` by its code, null to print nothing. */
export interface StaffIssueIn {
  service: number;
  class?: "regular" | "priority" | "appointment";
  language?: "id" | "en" | "ban";
  /** documents of one visitor, handled in one visit */
  files?: number;
  printer?: string | null;
}

/** An agency that gives no more numbers today, or only about `left`: by staff, its quota or closing time. */
export interface StopOut {
  agency: string;
  why: ClosedReason;
  left: number;
}

/** The printer for the day's figures. */
export interface SummaryIn {
  printer: string;
}

/** An open counter a ticket may go to; `officer` only within the same agency. */
export interface TargetCounterOut {
  id: number;
  code: string;
  name: string;
  zone: ZoneOut;
  agency: AgencyShortOut | null;
  officer: string | null;
  services: number[];
}

/** A colleague at work. */
export interface TargetOfficerOut {
  id: number;
  name: string;
  counter: CounterOut;
}

/** A service a ticket may go to. */
export interface TargetServiceOut {
  id: number;
  name: Record<string, string>;
  agency: AgencyShortOut;
  waiting: number;
}

/** Targets of a counter's transfers. */
export interface TargetsOut {
  services: TargetServiceOut[];
  counters: TargetCounterOut[];
  officers: TargetOfficerOut[];
}

/** The ticket template, and where agencies (by code) differ; missing fields have their defaults. */
export interface TemplatesIn {
  template: Record<string, unknown>;
  agencies?: Record<string, Record<string, unknown>>;
}

/** The hall's whole ticket template, and only what differs of the agencies'. */
export interface TemplatesOut {
  template: Record<string, unknown>;
  agencies: Record<string, Record<string, unknown>>;
}

/**
 * A ticket for its holder. `range` is the wait expected now, while it waits; `promised` is the wait expected when it
 * was issued. Both are null where there is no estimate.
 */
export interface TicketOut {
  label: string;
  state: "waiting" | "called" | "serving" | "held" | "served" | "no_show" | "cancelled" | "expired";
  service: TicketServiceOut;
  agency: AgencyNameOut;
  zone: ZoneOut | null;
  priority: boolean;
  language: "id" | "en" | "ban";
  /** milliseconds since the Unix epoch, UTC */
  issued_at: number;
  called_at: number | null;
  ahead: number | null;
  range: [number, number] | null;
  promised: [number, number] | null;
  counter: CounterOut | null;
  token: string;
  url: string;
  day: string;
}

/**
 * A print job of a ticket; `place` says where the slip comes out, if not at the kiosk that issued the ticket. `taken`
 * is false while the slip lies in the printer's paper exit, null if the printer cannot tell.
 */
export interface TicketPrintJobOut {
  id: number;
  kind: PrintJobKind;
  copy: number;
  state: PrintJobState;
  detail: string;
  reason: PrintReasonOut | null;
  ending: "cancelled" | "mended" | "not_taken" | null;
  place: Record<string, string> | null;
  taken: boolean | null;
}

/** The service of a ticket. */
export interface TicketServiceOut {
  id: number;
  name: Record<string, string>;
}

/** Target of a transfer: exactly one of `service`, `counter`, `officer`; `first` in line, or by its time. */
export interface TransferIn {
  ticket: number;
  service?: number | null;
  counter?: number | null;
  officer?: number | null;
  first?: boolean;
}

/** The action that the officer may undo, and until when. */
export interface UndoOut {
  ticket: number;
  label: string;
  verb: "no_show" | "complete";
  /** milliseconds since the Unix epoch, UTC */
  until: number;
}

/** A word whose clip could not be made: the reason as a code, and as a sentence in the caller's language. */
export interface VoiceFaultOut {
  language: "id" | "en" | "ban";
  word: string;
  code: string;
  sentence: string;
}

/** All words by language, and the program that makes clips (null: there is none). */
export interface VoiceOut {
  synthesiser: string | null;
  languages: Record<string, WordOut[]>;
}

/** A waiting ticket; `reserved` for this counter or its officer alone, `first` in line by a transfer. */
export interface WaitingOut {
  id: number;
  label: string;
  service: Record<string, string>;
  service_id: number;
  class: string;
  /** milliseconds since the Unix epoch, UTC */
  issued_at: number;
  /** milliseconds since the Unix epoch, UTC */
  start_at: number;
  files: number;
  reserved: "counter" | "officer" | null;
  first: boolean;
}

/** The visitor an officer serves without a ticket. */
export interface WalkUpIn {
  service: number;
  class?: "regular" | "priority" | "appointment";
  language?: "id" | "en" | "ban";
  /** documents of one visitor, handled in one visit */
  files?: number;
}

/** A warning for administrators. */
export interface WarningOut {
  code: "ratio_inverts";
  text: string;
}

/** Weight of a minute of waiting, by class. */
export interface Weights {
  regular: number;
  priority: number;
  appointment: number;
  transferred: number;
}

/** A service now, and with the counters `opened` besides: fewer than asked for if there are no more. */
export interface WhatIfOut {
  now: ProspectOut;
  then: ProspectOut;
  opened: CounterOut[];
}

/** A word; `url` is its clip, null where it is missing. */
export interface WordOut {
  text: string;
  source: "recorded" | "made" | "missing";
  url: string | null;
}

/** A part of the hall. */
export interface ZoneOut {
  code: string;
  name: Record<string, string>;
}

/** Whether calls are heard in a zone. */
export type ZoneSound = "on" | "blocked" | "silent";

/** Whether calls are heard in a zone: some display speaks, all are blocked by their browser, or none is there. */
export interface ZoneVoiceOut {
  zone: string;
  voice: ZoneSound;
}

/** Each request by its method: the address, what it is answered with, what it sends. */
export interface Routes {
  GET: [
    [`/api/v1/settings/counters/${number}/breaks`, BreaksOut, null],
    [`/api/v1/settings/counters/${number}/preference`, PreferenceOut, null],
    [`/api/v1/settings/services/${number}/hours`, ServiceHoursOut, null],
    [`/api/v1/kiosks/${string}/checklists/${number}`, PrintJobOut, null],
    [`/api/v1/counters/${number}/announcement`, AnnouncementOut, null],
    [`/api/v1/counters/${number}/targets`, TargetsOut, null],
    [`/api/v1/counters/${number}/why`, ReasonOut, null],
    [`/api/v1/services/${number}/line`, LineOut, null],
    [`/api/v1/services/${number}/opening`, ServiceOpeningOut, null],
    [`/api/v1/services/${number}/what-if`, WhatIfOut, null],
    [`/api/v1/tickets/${string}/print-jobs`, PrintJobsOut, null],
    [`/api/v1/tickets/${string}/why`, ReasonsOut, null],
    [`/api/v1/zones/${string}/board`, BoardOut, null],
    [`/api/v1/devices/agents`, AgentsOut, null],
    [`/api/v1/reports/promises`, PromisesOut, null],
    [`/api/v1/settings/calling`, CallingOut, null],
    [`/api/v1/settings/displays`, DisplaySettingsBody, null],
    [`/api/v1/settings/hall`, HallBody, null],
    [`/api/v1/settings/hours`, HallHoursOut, null],
    [`/api/v1/settings/printers`, PrintersSettingsOut, null],
    [`/api/v1/settings/ticket-template`, TemplatesOut, null],
    [`/api/v1/staff/printers`, PrintersOut, null],
    [`/api/v1/voice/pronunciation`, PronunciationOut, null],
    [`/api/v1/voice/sentence`, SentenceOut, null],
    [`/api/v1/voice/words`, VoiceOut, null],
    [`/api/v1/counters/${number}`, CounterWithRangeOut, null],
    [`/api/v1/kiosks/${string}`, KioskOut, null],
    [`/api/v1/print-jobs/${number}`, PrintJobOut, null],
    [`/api/v1/tickets/${string}`, TicketOut, null],
    [`/api/v1/alarms`, AlarmsOut, null],
    [`/api/v1/catalogue`, CatalogueOut, null],
    [`/api/v1/counters`, CountersOut, null],
    [`/api/v1/devices`, DisplaysOut, null],
    [`/api/v1/health`, HealthOut, null],
    [`/api/v1/notices`, NoticesOut, null],
  ];
  POST: [
    [`/api/v1/agent/jobs/${number}/report`, null, ReportIn],
    [`/api/v1/settings/printers/${string}/probe`, ProbeOut, EmptyIn],
    [`/api/v1/staff/printers/${string}/new-roll`, null, EmptyIn],
    [`/api/v1/staff/printers/${string}/test`, PrintJobRefOut, EmptyIn],
    [`/api/v1/settings/printers/discover`, DiscoverOut, DiscoverIn],
    [`/api/v1/settings/ticket-template/logo`, LogoOut, LogoIn],
    [`/api/v1/settings/ticket-template/preview`, null, PreviewIn],
    [`/api/v1/counters/${number}/call`, CounterStateOut, CallIn],
    [`/api/v1/counters/${number}/call-next`, CounterStateOut, EmptyIn],
    [`/api/v1/counters/${number}/cancel`, CounterStateOut, CancelIn],
    [`/api/v1/counters/${number}/change`, CounterStateOut, ChangeIn],
    [`/api/v1/counters/${number}/close`, CounterStateOut, CloseCounterIn],
    [`/api/v1/counters/${number}/complete`, CounterStateOut, ActionIn],
    [`/api/v1/counters/${number}/end-pause`, CounterStateOut, EmptyIn],
    [`/api/v1/counters/${number}/hold`, CounterStateOut, ActionIn],
    [`/api/v1/counters/${number}/no-show`, CounterStateOut, ActionIn],
    [`/api/v1/counters/${number}/note`, CounterStateOut, NoteIn],
    [`/api/v1/counters/${number}/open`, CounterStateOut, OpenCounterIn],
    [`/api/v1/counters/${number}/pause`, CounterStateOut, PauseIn],
    [`/api/v1/counters/${number}/recall`, CounterStateOut, ActionIn],
    [`/api/v1/counters/${number}/resume`, CounterStateOut, ActionIn],
    [`/api/v1/counters/${number}/return`, CounterStateOut, ActionIn],
    [`/api/v1/counters/${number}/serve-direct`, CounterStateOut, WalkUpIn],
    [`/api/v1/counters/${number}/start`, CounterStateOut, ActionIn],
    [`/api/v1/counters/${number}/transfer`, CounterStateOut, TransferIn],
    [`/api/v1/counters/${number}/undo`, CounterStateOut, ActionIn],
    [`/api/v1/kiosks/${string}/checklists`, PrintJobRefOut, ChecklistIn],
    [`/api/v1/services/${number}/resume`, ServiceOut, EmptyIn],
    [`/api/v1/services/${number}/stop`, ServiceOut, EmptyIn],
    [`/api/v1/tickets/${string}/cancel`, TicketOut, EmptyIn],
    [`/api/v1/tickets/${string}/print-confirmation`, PrintJobRefOut, PrintConfirmationIn],
    [`/api/v1/agent/claim`, ClaimOut, ClaimIn],
    [`/api/v1/agent/health`, null, HealthIn],
    [`/api/v1/agent/pairing`, PairingOut, PairingIn],
    [`/api/v1/devices/agents`, AgentTokenOut, NewAgentIn],
    [`/api/v1/devices/displays`, DisplaysOut, ApprovalIn],
    [`/api/v1/settings/printers`, PrintersSettingsOut, NewPrinterIn],
    [`/api/v1/staff/reprints`, PrintJobRefOut, ReprintIn],
    [`/api/v1/staff/summary`, PrintJobRefOut, SummaryIn],
    [`/api/v1/staff/tickets`, IssuedOut, StaffIssueIn],
    [`/api/v1/voice/build`, BuiltOut, null],
    [`/api/v1/devices`, DisplaysOut, DeviceIn],
    [`/api/v1/notices`, NoticesOut, NoticeIn],
    [`/api/v1/session`, SessionOut, SignInIn],
    [`/api/v1/tickets`, IssuedOut, IssueIn],
  ];
  PUT: [
    [`/api/v1/settings/counters/${number}/breaks`, BreaksOut, BreaksIn],
    [`/api/v1/settings/counters/${number}/preference`, PreferenceOut, PreferenceIn],
    [`/api/v1/settings/services/${number}/hours`, ServiceHoursOut, ServiceHoursIn],
    [`/api/v1/devices/displays/${number}`, DisplaysOut, PairedIn],
    [`/api/v1/settings/groups/${string}`, GroupsOut, GroupIn],
    [`/api/v1/settings/printers/${string}`, PrintersSettingsOut, PrinterSettingsIn],
    [`/api/v1/settings/displays`, DisplaySettingsBody, DisplaySettingsBody],
    [`/api/v1/settings/hall`, HallBody, HallBody],
    [`/api/v1/settings/hours`, HallHoursOut, HallHoursIn],
    [`/api/v1/settings/policy`, PolicyOut, PolicyIn],
    [`/api/v1/settings/ticket-template`, TemplatesOut, TemplatesIn],
    [`/api/v1/voice/pronunciation`, PronunciationOut, PronunciationIn],
    [`/api/v1/voice/recording`, WordOut, null],
  ];
  DELETE: [
    [`/api/v1/devices/agents/${string}`, null, null],
    [`/api/v1/devices/displays/${number}`, DisplaysOut, null],
    [`/api/v1/settings/printers/${string}`, null, null],
    [`/api/v1/voice/recording`, WordOut, null],
    [`/api/v1/devices/${number}`, DisplaysOut, null],
    [`/api/v1/notices/${number}`, NoticesOut, null],
    [`/api/v1/session`, null, null],
  ];
}
