// Every resident's page. Each part looks for its own data-… attributes and leaves other pages alone.
import { helpAutosave } from "./parts/autosave.js";
import { helpForms } from "./parts/form.js";
import { helpTexts } from "./parts/texts.js";
import { helpFollowing } from "./parts/follow.js";
import { helpOffline, helpWaiting } from "./parts/waiting.js";
import { startQueue } from "./parts/queue.js";
import { helpReports } from "./parts/report.js";
import { helpCheckins } from "./parts/checkin.js";
import { helpStates } from "./parts/states.js";
import { forgetPages } from "./parts/worker.js";

helpForms(document);
helpAutosave(document);
helpTexts(document);
helpReports(document);
helpFollowing(document);
helpCheckins(document);
helpStates(document);
forgetPages(document);
helpWaiting(document);
helpOffline(document);
startQueue();
