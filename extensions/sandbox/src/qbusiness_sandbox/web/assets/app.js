// GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
"use strict";

const conversation = document.getElementById("conversation");
const composer = document.getElementById("composer");
const message = document.getElementById("message");
const send = document.getElementById("send");

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function show(node) {
  conversation.append(node);
  node.scrollIntoView({ block: "end" });
  return node;
}

function sources(list) {
  const box = element("div", "sources");
  box.append(element("h2", "", list.length === 1 ? "Source" : "Sources"));
  const items = element("ol", "");
  for (const source of list) {
    const item = element("li", "");
    item.append(element("span", "number", String(source.number)));
    const safe = /^https?:\/\//.test(source.url);
    const title = element(safe ? "a" : "span", "title", source.title);
    if (safe) {
      title.href = source.url;
      title.target = "_blank";
      title.rel = "noopener noreferrer";
    }
    item.append(title);
    if (source.snippet) item.append(element("div", "snippet", source.snippet));
    items.append(item);
  }
  box.append(items);
  return box;
}

function answer(reply) {
  const box = element("div", "answer");
  box.append(element("div", "text", reply.answer));
  if (reply.sources.length) box.append(sources(reply.sources));
  return box;
}

async function ask(text) {
  document.getElementById("hero").classList.add("small");
  show(element("div", "question", text));
  const waiting = show(element("div", "answer waiting", "Thinking…"));
  send.disabled = true;
  try {
    const response = await fetch("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ message: text }),
    });
    const reply = await response.json();
    if (response.ok) {
      show(answer(reply));
    } else {
      const error = reply.error;
      show(element("div", "error", `${error.layer}: ${error.code}. ${error.message}`)).setAttribute("role", "alert");
    }
  } catch {
    show(element("div", "error", "The web experience did not answer.")).setAttribute("role", "alert");
  } finally {
    waiting.remove();
    send.disabled = false;
    message.focus();
  }
}

function submit() {
  const text = message.value.trim();
  if (!text || send.disabled) return;
  message.value = "";
  ask(text);
}

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
message.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});
for (const prompt of document.querySelectorAll(".prompt")) {
  prompt.addEventListener("click", () => {
    message.value = prompt.textContent;
    submit();
  });
}
