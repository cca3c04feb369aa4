// The frame of the administrators' pages: the alarms of the hall, which these pages do not hear of otherwise.
import { boot } from "../kit/boot.js";
import { Live } from "../kit/live.js";
import "../officer/alarm-banner.js";

const page = boot();
const alarms = document.createElement("staff-alarms");
Object.assign(alarms, { boot: page, language: page.language, rooms: new Live() });
document.querySelector(".admin-alarms")?.append(alarms);
// On a phone the list of pages is wider than the screen: the page one is on is in sight.
document.querySelector(".admin-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
