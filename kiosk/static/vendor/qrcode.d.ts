// What the product uses of qrcode-generator, for the type checker.

export interface Code {
  addData(text: string): void;
  make(): void;
  getModuleCount(): number;
  isDark(row: number, column: number): boolean;
}

/** A code of a type (0: the smallest that holds the data) and a level of correction. */
export function qrcode(type: number, level: "L" | "M" | "Q" | "H"): Code;
