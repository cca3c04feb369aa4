// What the visitor's page is given and keeps, for the type checker.
import type { LineOpeningOut, LineStateOut, ReasonOut, TicketOut } from "../kit/api-types.d.ts";
import type { Boot } from "../kit/kit-types.d.ts";

type State = TicketOut["state"];

/** What the server's table of moves says to visitors. */
export interface Life {
  /** The states in which the visitor may still leave the queue. */
  may_cancel: State[];
  /** Those after which nothing more is awaited. A missed number is not among them: an officer may return it. */
  ended: State[];
  /** Those of them that nobody takes back; that the visit is over, the officer may for some seconds. */
  final: State[];
}

export interface VisitorBoot extends Boot {
  life: Life;
  ticket: TicketOut;
  /** The number in the log that ticket and line stand for. */
  seq: number;
  line: LineStateOut;
  /** For how long an officer may take the end of a visit back. */
  undo_ms: number;
}

/** Where a ticket stands, as the line tells it. */
export type Place = Pick<TicketOut, "state" | "ahead" | "range" | "counter" | "called_at"> & { times: number };

/** The ticket as the page shows it; times: how often it was called, as far as the page has heard. */
export type VisitorTicketState = TicketOut & { times?: number };

export type Opening = LineOpeningOut;

/** Why others were called first: null until asked for. */
export type Reasons = ReasonOut[] | "failed" | null;

export type Alert = "off" | "on" | "failed";
