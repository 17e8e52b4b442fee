// 分类查询: answers while one types, from the phone's own copy of the dictionary.
import { startSorting } from "./parts/sorting.js";

startSorting(document);
