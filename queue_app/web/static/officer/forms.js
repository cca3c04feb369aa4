// Every dialog of the officer's page by its act.
//
// A dialog is {title, body, icon?, kind?} and, if it does something: {submit, requests, ready?, danger?, hint?, more?,
// focus?: the button has the focus where there is nothing to choose}.
// start gives its first values, load fetches what it chooses from, requests says what to send: a list of [act, body].
import { call, close, hand_over, help, issue, pause, serve_direct, stops } from "./forms-counter.js";
import { held, missed, why } from "./forms-lists.js";
import { reprint } from "./forms-print.js";
import { cancel, change, note, transfer } from "./forms-ticket.js";

/** @import { AnyDialog } from "./officer-types.d.ts" */

/** @type {Record<string, AnyDialog>} */
export const FORMS = {
  call,
  cancel,
  change,
  close,
  hand_over,
  held,
  help,
  issue,
  missed,
  note,
  pause,
  reprint,
  serve_direct,
  stops,
  transfer,
  why,
};
