// What is said for a call, as words that each have a clip: the page's half of display/voice/call_phrases.py. Plain
// values in and out; tests/display/sentences.json holds both halves to the same answers.

/** @import { Book, Said } from "./board-types.d.ts" */

const SPELLED = /^[A-Z]{0,2}\d{1,4}$/;
const COUNTER = /^(?:loket|counter)\s+(\S.*)$/i;
const LARGEST_SPOKEN_NUMBER = 99;

/**
 * @param {Book} book
 * @param {string} label
 */
function spell(book, label) {
  return [...label.toUpperCase()].map((sign) => book[`digit.${sign}`] ?? book[`letter.${sign}`]).filter(Boolean);
}

/**
 * @param {Book} book
 * @param {string} mark
 */
function markWords(book, mark) {
  const number = Number(mark);
  if (/^[1-9]\d*$/.test(mark) && number <= LARGEST_SPOKEN_NUMBER) {
    if (number < 10) return [book[`digit.${number}`]];
    if (book[`number.${number}`]) return [book[`number.${number}`]];
    return [book[`number.${number - (number % 10)}`], book[`digit.${number % 10}`]];
  }
  return SPELLED.test(mark.toUpperCase()) ? spell(book, mark) : [mark];
}

/**
 * @param {Book} book
 * @param {string} name
 */
function counterWords(book, name) {
  const mark = (COUNTER.exec(name.trim())?.[1] ?? name).trim();
  return mark ? [book["word.counter"], ...markWords(book, mark)] : [];
}

/**
 * The words of a call in order: `{text, needed}`. Without a needed word (the number, the counter) the rest would send
 * people to the wrong counter, so then nothing is said at all; without another the rest is.
 * @param {Book} book
 * @param {Said} call
 */
export function sentence(book, { label, counter = "", agency = "" }) {
  /** @type {Record<string, string[]>} */
  const parts = {
    "{label}": spell(book, label),
    "{counter}": counterWords(book, counter),
    "{agency}": [agency.trim()],
  };
  const pieces = book["phrase.call"].split(/(\{\w+\})/).map((piece) => piece.trim());
  return pieces.flatMap((piece) => {
    const needed = piece === "{label}" || piece === "{counter}";
    return (parts[piece] ?? [piece]).filter(Boolean).map((text) => ({ text, needed }));
  });
}
