// A page inside WeChat's own browser; in any other nothing of WeChat is loaded or asked.
import { openWeChat } from "./parts/wechat.js";

openWeChat(document.currentScript);
