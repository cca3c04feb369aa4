// A page that is one form: the server describes its fields, and where what they hold is read and saved.
import { api } from "../kit/api.js";
import { html, nothing } from "../kit/vendor/lit.js";
import { SettingsPage } from "./settings-page.js";

/** @import { Draft, FieldsBoot } from "./admin-types.d.ts" */

/** @extends {SettingsPage<FieldsBoot>} */
export class AdminFields extends SettingsPage {
  static properties = { value: { state: true } };

  constructor() {
    super();
    /** @type {Draft | null} */
    this.value = null;
  }

  connectedCallback() {
    super.connectedCallback();
    this.act(() => this.load("GET"));
  }

  /**
   * @param {"GET" | "PUT"} method
   * @param {Draft} [draft]
   */
  async load(method, draft) {
    this.value = /** @type {Draft} */ (await api(method, this.boot.form.address, draft));
    return this.value;
  }

  /** @param {Draft} value */
  card(value) {
    return this.form({
      id: "fields",
      value,
      fields: () => this.boot.form.fields,
      send: (draft) => this.load("PUT", draft),
      said: this.t("rules.saved"),
    });
  }

  render() {
    return html`<main class="admin rules"><h1>${this.t(this.boot.form.title)}</h1>${this.noteView()}
      ${this.value ? this.card(this.value) : nothing}</main>`;
  }
}

customElements.define("admin-fields", AdminFields);
