// The alarms of the hall on the pages of administrators, which know no rooms otherwise.
import { boot } from "../kit/boot.js";
import { Live } from "../kit/live.js";
import "../officer/alarms.js";

const page = boot();
const alarms = document.createElement("staff-alarms");
Object.assign(alarms, { boot: page, language: page.language, rooms: new Live() });
document.querySelector(".admin-alarms").append(alarms);
