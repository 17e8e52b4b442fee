// Questionnaires: everything of a resident's page, and the screens.
import "./app.js";
import { helpSurveys } from "./parts/survey.js";

helpSurveys(document);
