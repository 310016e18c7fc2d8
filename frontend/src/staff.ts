// Staff pages. Every action is a plain form; this asks again before what cannot be undone.
import { start } from "./staff_start";

start(document);
