// A QR code as one SVG path, so that it stays sharp at any size and needs no image.
import { html } from "../kit/vendor/lit.js";
import { qrcode } from "./vendor/qrcode.js";

const QUIET = 4;

/**
 * The dark modules of a text's QR code (level M) as `{path, size}`; size counts modules with the quiet zone.
 * @param {string} text
 */
export function qrPath(text) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const modules = code.getModuleCount();
  let path = "";
  for (let row = 0; row < modules; row += 1) {
    for (let column = 0; column < modules; column += 1) {
      if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  return { path, size: modules + 2 * QUIET };
}

/**
 * The QR code as a picture with a name for those who cannot see it.
 * @param {string} text
 * @param {string} label
 */
export function qrPicture(text, label) {
  const { path, size } = qrPath(text);
  return html`<svg class="qr" role="img" aria-label=${label} viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
    <rect width=${size} height=${size} fill="#fff"></rect><path d=${path} fill="#000"></path></svg>`;
}
